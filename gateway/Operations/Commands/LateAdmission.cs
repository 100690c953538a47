using AvGateway.Operations.Durable;

namespace AvGateway.Operations.Commands;

/// <summary>
/// What a store took in after nobody waited for it any more. Without its end the next start would find it open and call its outcome unknown,
/// though its caller was told one.
/// </summary>
internal static class LateAdmission
{
    public static async Task SettleAsync(Task<Admitted> admitting, ICommandLedger ledger, LedgerEntry entry, Answer told, Action<Exception> failed)
    {
        try
        {
            if ((await admitting).Admission is not Admission.New) return;
            await ledger.SettleAsync(entry.Caller, entry.Id, new(told.Stat, told.Code, told.Json), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It was not stored after all.
        }
        catch (Exception broken)
        {
            // Nobody waits for this, so nobody else would hear of it.
            failed(broken);
        }
    }
}
