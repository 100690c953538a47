namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>What a line of the device is, by its form alone.</summary>
public enum KramerReplyKind
{
    /// <summary>A line of no known form, or a reply that was cut off by the next one.</summary>
    Text,

    /// <summary><c>~01@ OK</c>, or <c>~OK</c> of old firmware: the answer to an empty request.</summary>
    Handshake,

    /// <summary><c>~01@VID 2>5 OK</c>: an answer, or told unasked; the form is the same.</summary>
    Answer,

    /// <summary><c>~01@ERR002</c> or <c>~01@VID ERR 003</c>.</summary>
    Error,

    /// <summary>A line with the maker's name: what a device says when it starts, and some to whoever connects.</summary>
    Banner,
}

/// <summary>One reply.</summary>
/// <param name="Machine">The machine number of whoever says it, or <see cref="NoMachine"/> where none is told.</param>
/// <param name="Name">The command's long name in upper case; empty for an error that names none.</param>
/// <param name="Parameters">What stands behind the name, without a closing <c>OK</c>; of a line of another form, the whole line.</param>
/// <param name="IsAcknowledgement">The line closes with <c>OK</c>, as the answer to a request that sets something does on most devices.</param>
public readonly record struct KramerReply(
    KramerReplyKind Kind, int Machine, string Name, string Parameters, bool IsAcknowledgement = false, int Error = 0)
{
    public const int NoMachine = -1;

    public override string ToString() => $"{Kind} {Machine}@{Name} {Parameters} {(IsAcknowledgement ? "OK" : "-")} {Error}";
}
