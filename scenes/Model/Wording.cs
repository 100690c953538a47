namespace AvGateway.Scenes.Model;

/// <summary>One text in both languages of the court.</summary>
public sealed record Wording(string Zh, string En);

/// <summary>Something wrong in a file that a person wrote or brought.</summary>
/// <param name="Place">JSON path, or <c>line N</c> of a text file.</param>
/// <param name="Code">Stable; the text may change.</param>
public sealed record Finding(string Place, string Code, Wording Says);
