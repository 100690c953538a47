using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AvGateway.House.Tests;

/// <summary>What a project file says about others.</summary>
internal sealed record Project(string Path, XDocument Document)
{
    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder { get; } = Path[..Math.Max(Path.LastIndexOf('/'), 0)];

    public bool IsUnderTests => Path.StartsWith("tests/", StringComparison.Ordinal);

    public IEnumerable<string> Packages => Includes("PackageReference");

    public static Project Read(Tree tree, string path) => new(path, XDocument.Parse(tree.Text(path)));

    public IEnumerable<string> Includes(string element) => Document.Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>();

    /// <summary>The names of the projects it refers to; a pattern stands for all that it matches and does not exclude.</summary>
    public IEnumerable<string> References(Tree tree) => Document.Descendants("ProjectReference").Where(e => e.Attribute("Include") is not null).SelectMany(reference =>
    {
        var path = Resolve(reference.Attribute("Include")!.Value);
        var (wanted, excluded) = (Pattern(path), reference.Attribute("Exclude") is { } exclude ? Pattern(Resolve(exclude.Value)) : null);
        var found = tree.Projects.Where(p => wanted.IsMatch(p.Path) && excluded?.IsMatch(p.Path) is not true).Select(p => p.Name).ToList();
        return found.Count > 0 || path.Contains('*', StringComparison.Ordinal) ? found : [System.IO.Path.GetFileNameWithoutExtension(path)];
    });

    private static Regex Pattern(string path) => new($"^{Regex.Escape(path).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$");

    /// <summary>A path of this project file as seen from the root.</summary>
    public string Resolve(string relative)
    {
        var parts = new List<string>(Folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in relative.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or "..")) parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
