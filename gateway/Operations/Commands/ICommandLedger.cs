using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Commands;

/// <summary>A command as it was accepted. Its key is caller and id together.</summary>
/// <param name="Digest">SHA-256 of target, verb and canonical arguments: the same id with another digest is an error.</param>
/// <param name="Target">Topic levels after the caller, for example <c>court-1/matrix/do/route</c>.</param>
/// <param name="Arguments">Canonical JSON.</param>
public sealed record LedgerEntry(string Caller, string Id, string Digest, string Target, string Arguments, DateTimeOffset AcceptedAt)
{
    /// <summary>Joins the service record in the very commit that stores the entry, and only when the admission is <see cref="Admission.New"/>.</summary>
    public JournalEntry? Record { get; init; }
}

/// <summary>A final answer as it was or will be published.</summary>
/// <param name="Json">The whole payload, so that a repeated request gets the very same answer.</param>
public sealed record SettledAnswer(int Stat, string Code, ReadOnlyMemory<byte> Json)
{
    /// <summary>Joins the service record in the very commit that stores the outcome, and only when it is the first one.</summary>
    public JournalEntry? Record { get; init; }
}

public enum Admission
{
    /// <summary>Stored durably; the command may run.</summary>
    New,

    /// <summary>Known and still running: it must not run again, its answer will come.</summary>
    Running,

    /// <summary>Known and ended: give the stored answer.</summary>
    Settled,

    /// <summary>The same id was used for something else.</summary>
    Conflict,

    /// <summary>Nothing can be stored now (disk full, corrupt store): nothing may be accepted.</summary>
    Unavailable,
}

public readonly record struct Admitted(Admission Admission, SettledAnswer? Answer = null);

/// <summary>
/// Remembers what was accepted until it has exactly one outcome, over any crash (I1), and for a day after, so that the same id has one effect (I2).
/// </summary>
public interface ICommandLedger
{
    /// <summary>
    /// Completes when the entry is durable. Many waiting callers share one commit. Cancelling takes the request back: it is not left behind as accepted.
    /// </summary>
    ValueTask<Admitted> AdmitAsync(LedgerEntry entry, CancellationToken cancellation);

    /// <summary>
    /// Stores the one outcome; completes when it is durable. A second outcome of the same command is ignored and counted. Cancelling ends the
    /// wait, not the settlement; while nothing can be stored it waits for space, since an effect on a device cannot be taken back.
    /// </summary>
    ValueTask SettleAsync(string caller, string id, SettledAnswer answer, CancellationToken cancellation);

    /// <summary>What an earlier run accepted and never settled; read once at start.</summary>
    ValueTask<IReadOnlyList<LedgerEntry>> UnsettledAsync(CancellationToken cancellation);
}
