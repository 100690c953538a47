using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records;

/// <param name="IsOptional">It may be away without being missed: its room is available without it.</param>
/// <param name="HasPower">It tells whether it is on; what does not is on while it can be used.</param>
public sealed record DeviceFacts(string Id, Wording Name, string? Vendor = null, bool IsOptional = false, bool HasPower = false);

public sealed record RoomFacts(string Id, Wording Name, ImmutableArray<DeviceFacts> Devices);

/// <summary>A vendor or a carrier.</summary>
public sealed record PartyFacts(string Id, Wording Name, bool IsCarrier);

public sealed record BranchFacts(string Id, Wording Name, string? Party);

/// <summary>So many inspections of this profile are promised a month.</summary>
public sealed record PromisedInspections(string Profile, int PerMonth);

/// <summary>The term of the maintenance contract, local dates, both inclusive.</summary>
public sealed record ContractPeriod(DateOnly From, DateOnly To);

/// <summary>
/// What the records of a month need to know of the site. It goes into the service record when it changes, so that a month can be reckoned from the
/// record alone, also when the site file says something else by then.
/// </summary>
public sealed record SiteFacts(string Id, Wording Name, string Zone)
{
    public ServiceTerms Terms { get; init; } = ServiceTerms.Usual(isBasic: false);
    public ImmutableArray<OfficeSpan> Office { get; init; } = ServiceHours.UsualOffice;
    public ContractPeriod? Period { get; init; }
    public ImmutableArray<PromisedInspections> Promised { get; init; } = [];
    public ImmutableArray<RoomFacts> Rooms { get; init; } = [];
    public ImmutableArray<PartyFacts> Parties { get; init; } = [];
    public ImmutableArray<BranchFacts> Branches { get; init; } = [];
}

/// <summary>Site facts as rows of the service record, each small enough to be kept whole.</summary>
internal static class SiteFactsJson
{
    /// <summary>Entries of one row; a row of the record is evidence and has at most 16 KiB.</summary>
    public const int MostInRow = 60;

    public static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        IncludeFields = true,
    };

    public sealed record Head(Wording Name, string Zone, bool Dispatch, SortedDictionary<string, SeverityLimits> Limits, ImmutableArray<OfficeSpan> Office, ContractPeriod? Period, ImmutableArray<PromisedInspections> Promised, ImmutableArray<string> Rooms);
    public sealed record RoomPart(Wording Name, ImmutableArray<DeviceFacts> Devices);
    public sealed record PartyPart(ImmutableArray<PartyFacts> Parties);
    public sealed record BranchPart(ImmutableArray<BranchFacts> Branches);

    /// <summary>Kind, subject and details of every row; a further part of a long list has <c>#2</c> behind its subject.</summary>
    public static IEnumerable<(string Kind, string Subject, string Details)> Rows(SiteFacts site)
    {
        var limits = new SortedDictionary<string, SeverityLimits>(site.Terms.Limits.ToDictionary(l => l.Key.ToString(), l => l.Value), StringComparer.Ordinal);
        yield return (RecordKinds.Facts, site.Id, Write(new Head(site.Name, site.Zone, site.Terms.NeedsDispatch, limits, site.Office, site.Period, site.Promised, [.. site.Rooms.Select(r => r.Id)])));
        foreach (var room in site.Rooms)
            foreach (var (part, devices) in Parts(room.Devices)) yield return (RecordKinds.Room, room.Id + part, Write(new RoomPart(room.Name, devices)));
        foreach (var (part, parties) in Parts(site.Parties)) yield return (RecordKinds.Parties, site.Id + part, Write(new PartyPart(parties)));
        foreach (var (part, branches) in Parts(site.Branches)) yield return (RecordKinds.Network, site.Id + part, Write(new BranchPart(branches)));
    }

    public static SiteFacts With(SiteFacts site, Head head) => site with
    {
        Name = head.Name,
        Zone = head.Zone,
        Terms = new(head.Limits.ToImmutableDictionary(l => Enum.Parse<Severity>(l.Key), l => l.Value), head.Dispatch),
        Office = head.Office.IsDefaultOrEmpty ? ServiceHours.UsualOffice : head.Office,
        Period = head.Period,
        Promised = head.Promised.IsDefault ? [] : head.Promised,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Form);

    /// <exception cref="JsonException">The row is damaged, or was too long to be kept.</exception>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Form) ?? throw new JsonException("a row of the site's facts is null");

    private static IEnumerable<(string Part, ImmutableArray<T> Items)> Parts<T>(ImmutableArray<T> all) => all.IsEmpty
        ? [("", all)]
        : all.Chunk(MostInRow).Select((chunk, i) => (i == 0 ? "" : $"#{i + 1}", chunk.ToImmutableArray()));
}
