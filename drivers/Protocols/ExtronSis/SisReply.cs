using System.Globalization;

namespace AvGateway.Drivers.Protocols.ExtronSis;

/// <summary>What a line of the device is, by its form alone.</summary>
public enum SisReplyKind
{
    /// <summary>A line of another form: a bare value, a name, a status list.</summary>
    Text,

    /// <summary>One output is tied: <c>Out04 In03 All</c>.</summary>
    Tie,

    /// <summary>Every output is tied to one input: <c>In05 All</c>.</summary>
    TieAll,

    /// <summary>Several ties were made at once and are not told: <c>Qik</c>, or a recalled preset <c>Rpr07</c>.</summary>
    ManyTies,

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

    /// <summary>A telnet option that the device wants to talk about; the answer is <see cref="SisCodec.RefuseTelnet"/>.</summary>
    Telnet,
}

/// <summary>Planes of a tie. A matrix of one plane answers for all of them.</summary>
public enum SisPlane { All, Video, Rgb, Audio }

/// <summary>One reply. <paramref name="Output"/> and <paramref name="Input"/> are set for ties, 1-based with input 0 for "none".</summary>
/// <param name="Text">The line without its line end; for <see cref="SisReplyKind.Telnet"/> the two bytes after IAC as characters.</param>
public readonly record struct SisReply(SisReplyKind Kind, string Text, int Output = 0, int Input = 0, SisPlane Plane = SisPlane.All)
{
    /// <summary>The number of an error: 22 for <c>E22</c>.</summary>
    public int Error => Kind is SisReplyKind.Error ? int.Parse(Text.AsSpan(1), CultureInfo.InvariantCulture) : 0;

    /// <summary>The value of a query, without the tag that verbose modes 2 and 3 put before it, such as <c>Ver01*</c>.</summary>
    public string Value
    {
        get
        {
            var tag = 0;
            while (tag < Text.Length && char.IsAsciiLetter(Text[tag])) tag++;
            if (tag != 3) return Text;
            var star = Text.IndexOf('*', StringComparison.Ordinal);
            return star > 0 && Text.AsSpan(tag, star - tag).IndexOfAnyExceptInRange('0', '9') < 0 ? Text[(star + 1)..] : Text[tag..];
        }
    }

    public override string ToString() => $"{Kind} {Text} {Output}<{Input} {Plane}";
}
