using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation;

/// <summary>What a notice is about.</summary>
public enum NoticeKind
{
    /// <summary>A fault is told, or told again one rung higher.</summary>
    Fault,

    /// <summary>A contract clock has used 50, 80 or 100 % of its time.</summary>
    Clock,

    /// <summary>What was told is over: restored or closed.</summary>
    Over,

    /// <summary>Whoever reported a fault hears how it goes on.</summary>
    Reporter,

    /// <summary>Somebody has still to ask how a closed fault went.</summary>
    FollowUp,

    /// <summary>The court let a report go to whoever has the fault.</summary>
    Report,

    /// <summary>Many at once, or what was held back, in one message.</summary>
    Digest,

    /// <summary>A person asked whether the way works.</summary>
    Trial,
}

/// <summary>A message that leaves the house. All in it is from an allow-list: no name, no case number, no word of a device.</summary>
/// <param name="Key">The same for every try of (fault, step, receiver): the receiver may drop a second one.</param>
/// <param name="Subject">One line in each language, at most 120 characters.</param>
/// <param name="Body">Plain text of some lines in each language; its first line can stand alone.</param>
/// <param name="Severity">The gravest of what is told. <see cref="Severity.P1"/> goes before all others where a channel has a rate.</param>
public sealed record Notice(string Key, NoticeKind Kind, Severity Severity, DateTimeOffset At, Wording Subject, Wording Body)
{
    /// <summary>The fault that it is about; null for a digest and a trial.</summary>
    public string? Fault { get; init; }

    /// <summary>The report as JSON (the members of <c>$escalation/V/F</c>), for receivers that are programs.</summary>
    public ReadOnlyMemory<byte> Report { get; init; }

    /// <summary><c>zh</c>, <c>en</c>, or null for both, as the receiver wishes.</summary>
    public string? Language { get; init; }
}
