namespace AvGateway.Host.Site;

/// <summary>An error keeps the gateway from starting; a refusal costs what it names, and a notice nothing.</summary>
internal enum Severity { Error, Refusal, Notice }

/// <summary>One thing about a site file, with its place and what to do about it.</summary>
internal sealed record Finding(Severity Severity, string File, string Path, int Line, int Column, string Message, string Remedy)
{
    public override string ToString() =>
        $"{File}({Line},{Column}): {Severity.ToString().ToLowerInvariant()}: {Path}: {Message}. {Capital(Remedy)}.";

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
