using System.Globalization;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>What a line of the recorder is, by its form alone.</summary>
public enum SmpReplyKind
{
    /// <summary>A line of another form: a name, a version.</summary>
    Text,

    /// <summary>The answer to <c>I</c>: inputs, state, destination, free space, time recorded, time left.</summary>
    Status,

    /// <summary><c>RcdrY1</c>: the echo of a transport command, what others did, and in tagged modes also a reading. Never believed as one.</summary>
    Transport,

    /// <summary><c>RcdrB</c>: a chapter mark.</summary>
    Mark,

    /// <summary><c>RcdrM13*…</c>: the title.</summary>
    Title,

    /// <summary><c>Inf34*-58*-63</c>, or without its tag.</summary>
    Meters,

    /// <summary><c>Mon, 20 Nov 2023 08:00:01</c>: the date line of a greeting, or the answer to the question for it.</summary>
    Clock,

    /// <summary><c>Vrb3</c>.</summary>
    Verbose,

    /// <summary><c>E22</c> and its like.</summary>
    Error,

    /// <summary>The copyright line: what a device says when it starts, and to whoever connects.</summary>
    Banner,

    /// <summary><c>Password:</c>, which may come without a line end.</summary>
    Prompt,

    /// <summary><c>Login Administrator</c> or <c>Login User</c>.</summary>
    LoggedIn,

    /// <summary>A telnet option that the device wants to talk about; the answer is <see cref="SmpCodec.RefuseTelnet"/>.</summary>
    Telnet,
}

/// <summary>One reply.</summary>
/// <param name="Text">The line without its line end; for <see cref="SmpReplyKind.Telnet"/> the two bytes after IAC as characters.</param>
/// <param name="Tag">What tagged modes put before the star: <c>Inf34</c>; empty where there is none.</param>
public readonly record struct SmpReply(SmpReplyKind Kind, string Text, string Tag = "")
{
    /// <summary>The number of an error (22 for <c>E22</c>) or of a transport line (1 for <c>RcdrY1</c>); -1 for anything else.</summary>
    public int Number => Kind switch
    {
        SmpReplyKind.Error => int.Parse(Text.AsSpan(1), CultureInfo.InvariantCulture),
        SmpReplyKind.Transport => Text[^1] - '0',
        _ => -1,
    };

    /// <summary>The line without its tag.</summary>
    public string Value => Tag.Length == 0 ? Text : Text[(Tag.Length + 1)..];

    public override string ToString() => $"{Kind} {Text}";
}
