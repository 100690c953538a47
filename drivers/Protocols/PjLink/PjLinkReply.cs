namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>What a line of the device is, by its form alone.</summary>
public enum PjLinkReplyKind
{
    /// <summary>A line of no known form.</summary>
    Text,

    /// <summary><c>PJLINK 0</c>: whoever connects may ask.</summary>
    Open,

    /// <summary><c>PJLINK 1 498e4a67</c>: the first request needs a digest made with this random number.</summary>
    Locked,

    /// <summary><c>PJLINK ERRA</c>: the digest was wrong or missing.</summary>
    Denied,

    /// <summary><c>%1POWR=1</c>: an answer.</summary>
    Answer,
}

/// <summary>One line of the device.</summary>
/// <param name="Command">Four letters in upper case; empty where the line is no answer.</param>
/// <param name="Value">What stands behind the <c>=</c>; the random number of a greeting; the whole line of one without form.</param>
public readonly record struct PjLinkReply(PjLinkReplyKind Kind, string Command, string Value)
{
    public const string Done = "OK";
    public const string NoSuchCommand = "ERR1";
    public const string OutOfRange = "ERR2";
    public const string NotNow = "ERR3";
    public const string Broken = "ERR4";

    public bool IsError => Kind is PjLinkReplyKind.Answer && Value is NoSuchCommand or OutOfRange or NotNow or Broken;

    public bool Answers(string command) => Kind is PjLinkReplyKind.Answer && Command == command;

    public override string ToString() => $"{Kind} {Command}={Value}";
}
