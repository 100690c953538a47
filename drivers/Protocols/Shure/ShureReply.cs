namespace AvGateway.Drivers.Protocols.Shure;

/// <summary>What stands between two angle brackets.</summary>
public enum ShureReplyKind
{
    Other,
    Report,
    Error,

    /// <summary>Meters: told again and again, and asked for by nobody here.</summary>
    Sample,
}

/// <summary>One message of the device.</summary>
/// <param name="Channel">0: the device itself, or all of them.</param>
/// <param name="Value">Without its braces and the spaces that fill it up.</param>
public readonly record struct ShureReply(ShureReplyKind Kind, int Channel, string Name, string Value)
{
    public override string ToString() => $"{Kind} {Channel} {Name} {Value}";
}
