using System.Collections.Frozen;
using System.Collections.Immutable;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Host.Site;

/// <summary>Reads where the site's docket comes from and how its hearings are guarded.</summary>
internal sealed class HearingsReader(IReadOnlyList<JsonShape> shapes, List<Finding> findings)
{
    /// <summary>Roles that may be let override. Nobody who works under the guard is among them.</summary>
    public static IReadOnlyDictionary<string, CourtRole> Roles { get; } =
        new Dictionary<string, CourtRole> { ["judge"] = CourtRole.Judge, ["admin"] = CourtRole.Admin }.ToFrozenDictionary();

    /// <summary>Acts that two persons may have to agree on.</summary>
    public static IReadOnlyDictionary<string, ActKind> Acts { get; } =
        Enum.GetValues<ActKind>().ToFrozenDictionary(RunJson.Word);

    public DocketSettings? Docket(string folder)
    {
        if (Find("docket") is not { } node) return null;
        var shape = new JsonShape(node, findings, "file", "every", "silentAfter", "push");
        var file = shape.Text("file");
        var isPushed = shape.Flag("push", otherwise: false);
        if (file is null && !isPushed) findings.Add(node.Error("the docket comes from nowhere", "name a \"file\", or set \"push\": true"));
        if (file is not null && DocketForms.OfFile(file) is null)
        {
            findings.Add(node["file"]!.Error($"\"{file}\" is no docket", "name a file that ends in .csv, .ics or .json"));
        }

        return new(
            file is null ? null : Path.GetFullPath(Path.Combine(folder, file)),
            shape.Duration("every", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) ?? TimeSpan.FromSeconds(10),
            shape.Duration("silentAfter", TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)) ?? TimeSpan.FromHours(26),
            isPushed);
    }

    public GuardOptions Guard()
    {
        var usual = new GuardOptions();
        if (Find("guard") is not { } node) return usual;
        var shape = new JsonShape(node, findings, "window", "grace", "overrideRoles", "secondPersonFor");
        return usual with
        {
            Window = shape.Duration("window", TimeSpan.FromMinutes(5), TimeSpan.FromHours(12)) ?? usual.Window,
            Grace = shape.Duration("grace", TimeSpan.FromMinutes(1), TimeSpan.FromHours(4)) ?? usual.Grace,
            OverrideRoles = Words(shape, "overrideRoles", Roles) ?? usual.OverrideRoles,
            SecondPersonFor = Words(shape, "secondPersonFor", Acts) ?? usual.SecondPersonFor,
        };
    }

    private JsonNodeAt? Find(string name) => shapes.Select(s => s.Member(name)).FirstOrDefault(m => m is not null);

    private ImmutableHashSet<T>? Words<T>(JsonShape shape, string name, IReadOnlyDictionary<string, T> known)
    {
        if (shape.Member(name) is null) return null;
        var read = ImmutableHashSet.CreateBuilder<T>();
        foreach (var item in shape.List(name))
        {
            if (item.Text is { } word && known.TryGetValue(word, out var value)) read.Add(value);
            else findings.Add(item.Error($"this is no word of \"{name}\"", $"write some of: {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}"));
        }

        return read.ToImmutable();
    }
}
