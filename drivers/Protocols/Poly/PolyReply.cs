namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>What came over the line.</summary>
public enum PolyReplyKind
{
    /// <summary>A line: an answer, an echo, or something told unasked.</summary>
    Line,

    /// <summary><c>Username:</c>, which has no line end.</summary>
    UserPrompt,

    /// <summary><c>Password:</c>, which has no line end.</summary>
    PasswordPrompt,

    /// <summary>Telnet's own: the verb and the option, one character each.</summary>
    Telnet,
}

/// <summary>One line or prompt, without its end and without the words <c>Control event:</c> that some releases put in front.</summary>
public readonly record struct PolyReply(PolyReplyKind Kind, string Text)
{
    // The device's words for no. "info:" alone is none: it also says that a registration is there already.
    private static readonly string[] Refusals =
        ["error:", "error :", "command is not available", "info: ip line", "this command is not supported"];

    public bool IsRefusal
    {
        get
        {
            var text = Text;
            return Kind is PolyReplyKind.Line && (Refusals.Any(words => text.StartsWith(words, StringComparison.OrdinalIgnoreCase))
                || text.EndsWith(" failed", StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>Begins with these words.</summary>
    public bool Says(string words) => Kind is PolyReplyKind.Line && Text.StartsWith(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>Is these words and nothing more.</summary>
    public bool Is(string words) => Kind is PolyReplyKind.Line && Text.Equals(words, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{Kind} {Text}";
}
