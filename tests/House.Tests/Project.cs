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

    /// <summary>The names of the projects it refers to; a pattern stands for all that it matches.</summary>
    public IEnumerable<string> References(Tree tree) => Includes("ProjectReference").SelectMany(include =>
    {
        var path = Resolve(include);
        var pattern = new Regex($"^{Regex.Escape(path).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$");
        var found = tree.Projects.Where(p => pattern.IsMatch(p.Path)).Select(p => p.Name).ToList();
        return found.Count > 0 || path.Contains('*', StringComparison.Ordinal) ? found : [System.IO.Path.GetFileNameWithoutExtension(path)];
    });

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
