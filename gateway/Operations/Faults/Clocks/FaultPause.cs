using System.Collections.Frozen;

namespace AvGateway.Operations.Faults.Clocks;

/// <summary>Why a contract clock may stand still (R38). The first one is the court's own: nobody repairs in a room that is in session.</summary>
public enum PauseReason
{
    Hearing, Part, Carrier, Access, ForceMajeure,

    /// <summary>Measured: the symptom was away for a while and came back.</summary>
    Recovered,
}

/// <summary>A stretch for which clocks stood still.</summary>
/// <param name="Proof">What shows that it was so: an order number, a letter, or what the gateway itself saw.</param>
/// <param name="Until">Null while it lasts.</param>
public sealed record FaultPause(PauseReason Reason, string Proof, string By, DateTimeOffset From, DateTimeOffset? Until = null);

/// <summary>The words of <see cref="PauseReason"/>.</summary>
public static class PauseWords
{
    /// <summary>Those that a person may give.</summary>
    public static readonly FrozenDictionary<string, PauseReason> Given = new Dictionary<string, PauseReason>
    {
        ["hearing"] = PauseReason.Hearing,
        ["part"] = PauseReason.Part,
        ["carrier"] = PauseReason.Carrier,
        ["access"] = PauseReason.Access,
        ["force-majeure"] = PauseReason.ForceMajeure,
    }.ToFrozenDictionary();

    public static string Of(PauseReason reason) => reason is PauseReason.Recovered ? "recovered" : Given.First(g => g.Value == reason).Key;
}
