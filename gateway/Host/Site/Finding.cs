namespace AvGateway.Host.Site;

/// <summary>An error keeps the gateway from starting; a notice does not.</summary>
internal enum Severity { Error, Notice }

/// <summary>One thing about a site file, with its place and what to do about it.</summary>
internal sealed record Finding(Severity Severity, string File, string Path, int Line, int Column, string Message, string Remedy)
{
    public override string ToString() =>
        $"{File}({Line},{Column}): {(Severity is Severity.Error ? "error" : "notice")}: {Path}: {Message}. {Capital(Remedy)}.";

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
