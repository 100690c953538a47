using System.Collections.Immutable;
using AvGateway.Channels;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>contacts</c>, <c>roster</c> and what <c>vendors</c> and <c>carriers</c> say beside their ids.</summary>
/// <param name="channels">Ids of <c>channels</c>.</param>
/// <param name="plans">Those of them that are right: they know their addresses.</param>
/// <param name="devices">Every device as <c>room/device</c>.</param>
internal sealed class PartyReader(List<Finding> findings, LocalClock clock, IReadOnlyCollection<string> channels, IReadOnlyList<ChannelPlan> plans, IReadOnlyCollection<string> devices)
{
    private static readonly string[] Languages = ["zh", "en"];

    public IReadOnlyList<Contact> Contacts(IEnumerable<JsonNodeAt> nodes) => Distinct(nodes, ReadContact, c => c.Id, "contact");

    public IReadOnlyList<Roster> Rosters(IEnumerable<JsonNodeAt> nodes, IReadOnlyCollection<Contact> contacts) =>
        Distinct(nodes, n => ReadRoster(n, contacts), r => r.Id, "roster");

    public IReadOnlyList<Supplier> Suppliers(IEnumerable<JsonNodeAt> nodes, IReadOnlyCollection<Contact> contacts) =>
        Distinct(nodes, n => ReadSupplier(n, contacts), s => s.Id, "vendor or carrier");

    private List<T> Distinct<T>(IEnumerable<JsonNodeAt> nodes, Func<JsonNodeAt, T> read, Func<T, string> idOf, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var all = new List<T>();
        foreach (var node in nodes)
        {
            var one = read(node);
            if (idOf(one).Length == 0) continue;
            if (seen.Add(idOf(one))) all.Add(one);
            else findings.Add(node.Error($"a second {what} is called \"{idOf(one)}\"", "give each its own id"));
        }

        return all;
    }

    private Contact ReadContact(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "name", "language", "reach");
        var id = shape.Id("id");
        var language = shape.Text("language");
        if (language is not null && !Languages.Contains(language)) findings.Add(node["language"]!.Error($"\"{language}\" is no language of this gateway", "write zh or en, or leave it out for both"));
        var ways = shape.List("reach", required: true).Select(ReadReach).OfType<Reach>().ToImmutableArray();
        if (ways.IsEmpty && node["reach"] is { } none) findings.Add(none.Error("nothing can reach this contact", "name at least one { \"channel\": …, \"address\": … }"));
        return new(id, Wording(shape, id), language, ways);
    }

    private Reach? ReadReach(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "channel", "address", "from", "until");
        var (from, until) = (shape.Date("from", findings), shape.Date("until", findings));
        if (from > until) findings.Add(node["until"]!.Error($"it ends on {until:yyyy-MM-dd} and begins on {from:yyyy-MM-dd}", "end after the beginning"));
        if (shape.Text("channel", required: true) is not { } channel) return null;
        if (!channels.Contains(channel))
            findings.Add(node["channel"]!.Error($"\"channels\" does not list \"{channel}\"", channels.Count == 0 ? "add it to \"channels\"" : $"listed are {string.Join(", ", channels.Order(StringComparer.Ordinal))}"));
        var address = shape.Text("address") ?? "";
        if (plans.FirstOrDefault(p => p.Id == channel)?.CheckAddress(address) is { } wrong)
            findings.Add((node["address"] ?? node).Error($"\"{address}\" is no address of the channel \"{channel}\"", wrong));
        return new(channel, address, from, until);
    }

    private Roster ReadRoster(JsonNodeAt node, IReadOnlyCollection<Contact> contacts)
    {
        var shape = new JsonShape(node, findings, "id", "shifts", "rotation");
        var id = shape.Id("id");
        var shifts = shape.List("shifts").Select(s => ReadShift(s, contacts)).OfType<Shift>().OrderBy(s => s.From).ToImmutableArray();
        var rotation = shape.Member("rotation") is { } turns ? ReadRotation(turns, contacts) : null;
        if (node["shifts"] is null && node["rotation"] is null) findings.Add(node.Error("nobody is on duty in this roster", "write \"shifts\", \"rotation\" or both"));
        var roster = new Roster(id, shifts, rotation, clock.Zone);
        foreach (var gap in roster.Gaps())
        {
            findings.Add(node.Error(
                $"nobody is on duty from {clock.Local(gap.From):yyyy-MM-dd HH:mm} to {clock.Local(gap.Until):yyyy-MM-dd HH:mm}", "let a shift begin where the one before ends, or add a \"rotation\" below them"));
        }

        return roster;
    }

    private Shift? ReadShift(JsonNodeAt node, IReadOnlyCollection<Contact> contacts)
    {
        var shape = new JsonShape(node, findings, "from", "until", "contact");
        var contact = Known(node, shape, "contact", contacts, required: true);
        if (shape.Moment("from", findings) is not { } from || shape.Moment("until", findings) is not { } until || contact is null) return null;
        if (until <= from)
        {
            findings.Add(node["until"]!.Error("this shift ends before it begins", "end after the beginning"));
            return null;
        }

        var (begins, ends) = (At(from), At(until));
        NoteUnreachable(node, contacts.First(c => c.Id == contact), DateOnly.FromDateTime(from), DateOnly.FromDateTime(until.AddTicks(-1)));
        return new(begins, ends, contact);
    }

    private Rotation? ReadRotation(JsonNodeAt node, IReadOnlyCollection<Contact> contacts)
    {
        var shape = new JsonShape(node, findings, "from", "at", "days", "contacts");
        var from = shape.Date("from", findings);
        if (node["from"] is null) shape.Missing("from");
        var handOver = shape.TimeOfDay("at", findings) ?? new(8, 0);
        var days = shape.Whole("days", 1, 90, findings) ?? 7;
        var ids = shape.List("contacts", required: true);
        foreach (var stranger in ids.Where(i => contacts.All(c => c.Id != i.Text))) findings.Add(stranger.Error($"\"contacts\" does not list \"{stranger.Text}\"", "name the id of a contact"));
        if (ids.Count == 0 && node["contacts"] is { } none) findings.Add(none.Error("nobody takes turns here", "name at least one contact"));
        return from is not { } first || ids.Count == 0 ? null : new(first, handOver, days, [.. ids.Select(i => i.Text ?? "")]);
    }

    // A turn of somebody whom nothing reaches then is as open as one of nobody.
    private void NoteUnreachable(JsonNodeAt node, Contact contact, DateOnly from, DateOnly until)
    {
        for (var date = from; date <= until && date < from.AddDays(400); date = date.AddDays(1))
        {
            if (!contact.On(date).IsEmpty) continue;
            findings.Add(node.Error($"\"{contact.Id}\" has the turn and cannot be reached on {date:yyyy-MM-dd}", "give the contact a \"reach\" that is good then, or the turn to somebody else"));
            return;
        }
    }

    private Supplier ReadSupplier(JsonNodeAt node, IReadOnlyCollection<Contact> contacts)
    {
        var shape = new JsonShape(node, findings, "id", "name", "contact", "number", "contract", "covers");
        var id = shape.Id("id");
        return new(id, Wording(shape, id), Known(node, shape, "contact", contacts, required: false), shape.Text("number"), shape.Date("contract", findings), [.. shape.List("covers").Select(ReadCover)]);
    }

    private Cover ReadCover(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "device", "warranty", "contract");
        var device = shape.Text("device", required: true) ?? "";
        if (device.Length > 0 && !devices.Contains(device)) findings.Add(node["device"]!.Error($"\"{device}\" is no device of this site", "write ROOM/DEVICE"));
        return new(device, shape.Date("warranty", findings), shape.Date("contract", findings));
    }

    private string? Known(JsonNodeAt node, JsonShape shape, string member, IReadOnlyCollection<Contact> contacts, bool required)
    {
        if (shape.Text(member, required) is not { } id) return null;
        if (contacts.Any(c => c.Id == id)) return id;
        findings.Add(node[member]!.Error($"\"contacts\" does not list \"{id}\"", contacts.Count == 0 ? "add it to \"contacts\"" : $"listed are {string.Join(", ", contacts.Select(c => c.Id))}"));
        return null;
    }

    private DateTimeOffset At(DateTime local) =>
        clock.At(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local)) ?? new(local, clock.Zone.GetUtcOffset(local));

    private static Wording Wording(JsonShape shape, string id)
    {
        var names = shape.NamesOr(id);
        return new(names.Zh, names.En);
    }
}
