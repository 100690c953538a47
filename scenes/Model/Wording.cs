using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Scenes.Model;

/// <summary>One text in both languages of the court.</summary>
public sealed record Wording(string Zh, string En)
{
    /// <summary>What a device or another program said in its own words: it stands as it is in both languages.</summary>
    [return: NotNullIfNotNull(nameof(words))]
    public static Wording? Own(string? words) => words is null ? null : new(words, words);

    /// <summary>Both texts, one behind the other, in the marks of each language.</summary>
    public Wording Then(Wording more) => new($"{Zh}；{more.Zh}", $"{En}; {more.En}");

    /// <summary>What this is said of, or what follows from it: <c>this: more</c>.</summary>
    public Wording Colon(Wording more) => new($"{Zh}：{more.Zh}", $"{En}: {more.En}");

    public static Wording Joined(IEnumerable<Wording> all) => all.Aggregate((soFar, next) => soFar.Then(next));
}

/// <summary>Something wrong in a file that a person wrote or brought.</summary>
/// <param name="Place">JSON path, or <c>line N</c> of a text file.</param>
/// <param name="Code">Stable; the text may change.</param>
public sealed record Finding(string Place, string Code, Wording Says);
