using System.Diagnostics;

namespace AvGateway.House.Tests;

/// <summary>The files of a repository: paths with forward slashes from its root, and their text. Real, or planted to see a rule fail.</summary>
internal sealed class Tree
{
    private static readonly Lazy<Tree> Repository = new(Read);

    private readonly Dictionary<string, Lazy<string>> _files;

    private Tree(Dictionary<string, Lazy<string>> files)
    {
        _files = files;
        Paths = [.. files.Keys.Order(StringComparer.Ordinal)];
        Sources = [.. Paths.Where(p => p.EndsWith(".cs", StringComparison.Ordinal))];
        Projects = [.. Paths.Where(p => p.EndsWith(".csproj", StringComparison.Ordinal)).Select(p => Project.Read(this, p))];
    }

    /// <summary>This repository, wherever it was cloned to: what git tracks and what it would track.</summary>
    public static Tree Real => Repository.Value;

    public IReadOnlyList<string> Paths { get; }

    public IReadOnlyList<string> Sources { get; }

    /// <summary>C# that ships: everything outside tests/.</summary>
    public IEnumerable<string> ProductSources => Sources.Where(p => !p.StartsWith("tests/", StringComparison.Ordinal));

    public IReadOnlyList<Project> Projects { get; }

    public bool Has(string path) => _files.ContainsKey(path);

    public string Text(string path) => _files[path].Value;

    public static Tree Planted(params (string Path, string Text)[] files) => new(files.ToDictionary(f => f.Path, f => new Lazy<string>(f.Text)));

    private static Tree Read()
    {
        var root = Root();
        var files = Git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => File.Exists(Path.Combine(root, p)))
            .Distinct()
            .ToDictionary(p => p, p => new Lazy<string>(() => File.ReadAllText(Path.Combine(root, p))));
        Assert.True(files.ContainsKey("Directory.Build.props"), $"{root} is not this repository");
        return new(files);
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AvGateway.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No AvGateway.sln above {AppContext.BaseDirectory}; run the tests from a build inside the repository.");
    }

    private static string Git(string root, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = root, RedirectStandardOutput = true })!;
        var listed = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? listed : throw new InvalidOperationException("git ls-files failed; the house rules read the files that git knows.");
    }
}
