namespace AvGateway.Drivers.Protocols.Tesira;

/// <summary>What a line, or something that is no line, is.</summary>
public enum TesiraReplyKind
{
    /// <summary>A greeting's further lines, an echo, noise.</summary>
    Other,

    /// <summary>The server is ready for commands.</summary>
    Welcome,
    UserPrompt,
    PasswordPrompt,

    /// <summary>What telnet wants to settle: the verb and the option as two characters.</summary>
    Telnet,
    Ok,
    Error,

    /// <summary>A value of a subscription.</summary>
    Published,
}

/// <summary>One thing that the server said.</summary>
/// <param name="Text">The value, or the server's own words of an error.</param>
/// <param name="Token">Which subscription publishes.</param>
public readonly record struct TesiraReply(TesiraReplyKind Kind, string Text, string Token = "")
{
    public override string ToString() => $"{Kind} {Token} {Text}";
}
