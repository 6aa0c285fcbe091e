"""Applications and contracts over HTTP: a body in, a command out. Next stop: application/handlers.py."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from kernel.adapters.http.commands import placed
from services.contracts.api.schemas import ApplicationForm, ContractReply, Receipt, ServiceStatusChange, TermChanges
from services.contracts.api.use import ByApplications, ByContracts, Use

router = APIRouter()


@router.post("/applications", status_code=status.HTTP_201_CREATED)
async def receive(*, body: ApplicationForm, use: Use, by: ByApplications, response: Response) -> Receipt:
    """Take an application form in; 200 when it was taken in before."""
    done = await use.contracts.receive(body.filled(), by.context)
    placed(response, done.position)
    if not done.is_new:
        response.status_code = status.HTTP_200_OK
    return Receipt.model_validate(done.received)


@router.put("/contracts/{contract_id}")
async def change(
    *, contract_id: UUID, body: TermChanges, use: Use, by: ByContracts, response: Response
) -> ContractReply:
    """Change what a contract says; what is left out keeps its value."""
    done = await use.contracts.change(contract_id, body.changes(), by.context)
    placed(response, done.position)
    return ContractReply(contract_id=contract_id)


@router.put("/contracts/{contract_id}/service-status")
async def change_service_status(
    *, contract_id: UUID, body: ServiceStatusChange, use: Use, by: ByContracts, response: Response
) -> ContractReply:
    """Say how the service on a contract runs."""
    done = await use.contracts.change_service_status(contract_id, body.service_status, by.context)
    placed(response, done.position)
    return ContractReply(contract_id=contract_id)


@router.delete("/contracts/{contract_id}")
async def terminate(*, contract_id: UUID, use: Use, by: ByContracts, response: Response) -> ContractReply:
    """End a contract."""
    done = await use.contracts.terminate(contract_id, by.context)
    placed(response, done.position)
    return ContractReply(contract_id=contract_id)
