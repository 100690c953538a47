namespace AvGateway.Drivers;

/// <summary>What follows a question that nobody answered: its late answer would look like the answer to the next one.</summary>
public enum Resync
{
    /// <summary>Open the link anew.</summary>
    Reconnect,

    /// <summary>Send nothing until nothing has come for <see cref="ReplyDiscipline.Quiet"/>, then go on. For serial lines, where reopening changes nothing.</summary>
    Quiet,
}

/// <summary>How a protocol wants to be talked to.</summary>
/// <param name="Timeout">Longest wait for an answer to one question.</param>
/// <param name="Gap">Shortest pause between an answer (or a request that has none) and the next request.</param>
/// <param name="Attempts">How often a question that may be repeated goes out before it counts as unanswered.</param>
/// <param name="MissedBeforeLost">Unanswered questions in a row after which a <see cref="Resync.Quiet"/> link is reopened.</param>
public sealed record ReplyDiscipline(TimeSpan Timeout, TimeSpan Gap, Resync AfterTimeout, int Attempts = 1, int MissedBeforeLost = 2)
{
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(300);
}

/// <summary>Timing of one question where it differs from the manifest's.</summary>
/// <param name="Timeout">Longest wait.</param>
/// <param name="Attempts">Above one only for a question that changes nothing or may be repeated without harm (I3).</param>
public sealed record AskTiming(TimeSpan Timeout, int Attempts = 1);
