"""The lists that hold what a person may see, read off their permissions. Next stop: projections/scopes.py."""

from functools import lru_cache
from uuid import UUID

from gateway.application.access import EVERY, Access, Action
from gateway.application.board_ports import Sought
from gateway.application.viewer import Viewer
from gateway.projections.scopes import EVERYBODY, contract_scope, service_scope, tenant_scope

REMEMBERED = 5_000


@lru_cache(maxsize=REMEMBERED)
def scopes_of(access: Access, tenant_id: UUID, service_name: str | None = None) -> tuple[str, ...]:
    """Return the scopes that hold exactly the contracts that may be seen, each contract in one of them.

    A permission that another one holds already names no scope of its own, so what is counted is counted once.
    """
    seen = {(service, contract) for service, contract, action in access.granted if action == Action.VIEW}
    whole = {service for service, contract in seen if contract is None}
    if EVERY in whole:
        return (tenant_scope(tenant_id) if service_name is None else service_scope(tenant_id, service_name),)
    services = [service for service in sorted(whole) if service_name in (None, service)]
    single = sorted(
        (service, str(contract))
        for service, contract in seen
        if contract is not None and service not in whole and service_name in (None, service)
    )
    return (
        *(service_scope(tenant_id, service) for service in services),
        *(contract_scope(tenant_id, service, UUID(contract)) for service, contract in single),
    )


def scopes_with_everybody(viewer: Viewer) -> tuple[str, ...]:
    """Return the scopes of a viewer, and that of what concerns everybody."""
    return (*scopes_of(viewer.access, viewer.tenant_id), EVERYBODY)


def sought(viewer: Viewer, words: list[str], service_name: str | None, service_status: str | None) -> Sought:
    """Return a search that finds only what the viewer may see."""
    seen = [(service, contract) for service, contract, action in viewer.access.granted if action == Action.VIEW]
    return Sought(
        tenant_id=viewer.tenant_id,
        words=words,
        everything=(EVERY, None) in seen,
        services=frozenset(service for service, contract in seen if contract is None),
        contracts=frozenset(f"{service}/{contract}" for service, contract in seen if contract is not None),
        service_name=service_name,
        service_status=service_status,
    )
