using AvGateway.Devices;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Commands;

/// <summary>Ends what an earlier run of the gateway accepted and could not end: whether it reached the device is not known, and that is what is said (I1).</summary>
public sealed class CommandRecovery(ICommandLedger ledger, AnswerWriter writer, TimeProvider time)
{
    internal static readonly Refusal OutcomeUnknown =
        new(AnswerCodes.NoReply, "outcome unknown: the gateway was restarted; look at the device's state before asking again");

    /// <summary>Stores the ends first and gives them afterwards. To be called before the first request is taken.</summary>
    /// <param name="answersOf">Where a caller of that run would listen.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> RunAsync(Func<LedgerEntry, IAnswers> answersOf, CancellationToken cancellation)
    {
        var open = await ledger.UnsettledAsync(cancellation);
        foreach (var entry in open)
        {
            var answer = writer.Refused(entry.Id, DeviceOf(entry.Target), OutcomeUnknown, time.GetUtcNow() - entry.AcceptedAt);
            var row = new JournalEntry(
                time.GetUtcNow(), "command.unknown", DeviceOf(entry.Target)?.ToString() ?? entry.Target, entry.Caller, $$"""{"id":"{{entry.Id}}"}""");
            await ledger.SettleAsync(entry.Caller, entry.Id, new(answer.Stat, answer.Code, answer.Json) { Record = row }, cancellation);
            if (!RequestId.IsMade(entry.Id)) answersOf(entry).Give(answer);
        }

        return open.Count;
    }

    private static DeviceId? DeviceOf(string target) => target.Split('/') is [var room, var device, "do" or "set", _] ? new(room, device) : null;
}
