namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What is wrong with a message.</summary>
public enum SipFault
{
    None,

    /// <summary>Nothing but line ends: a keep-alive (RFC 5626 §3.5.1).</summary>
    KeepAlive,
    TooLarge,
    StartLine,
    Version,
    RequestUri,
    RequestUriTooLong,
    StatusCode,
    HeaderSyntax,
    TooManyHeaders,
    ControlCharacter,
    Missing,
    Repeated,
    Via,
    Address,
    CallId,
    Sequence,
    SequenceMethod,
    MaxForwards,
    ContentLength,
    ContentType,
    Truncated,
    Number,
    Date,
}

/// <summary>The parser's answer about one message.</summary>
/// <param name="Status">The final response that a request with this fault deserves; 0: drop it without a word.</param>
/// <param name="Where">The header field, or the part of the start line; never content of the message.</param>
public readonly record struct SipVerdict(SipFault Fault, int Status, string Where)
{
    public static readonly SipVerdict Accepted = new(SipFault.None, 0, "");

    public bool IsAccepted => Fault == SipFault.None;

    public override string ToString() => IsAccepted ? "accepted" : $"{Fault} in {Where} ({(Status == 0 ? "drop" : Status)})";
}
