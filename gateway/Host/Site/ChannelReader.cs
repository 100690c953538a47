using System.Text.Json;
using AvGateway.Channels;
using AvGateway.Classes;
using AvGateway.Links;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>channels</c>: the ways on which a fault leaves the house.</summary>
internal sealed partial class ChannelReader(List<Finding> findings, ILinkFactory links, string folder, IReadOnlyList<DeviceModel> devices)
{
    private static readonly Dictionary<string, string[]> MembersOfKind = new(StringComparer.Ordinal)
    {
        [FolderPlan.Word] = ["path", "most"],
        [WebhookPlan.Word] = ["url", "format", "secret", "token", "markdown", "allow", "ca", "patience"],
        [MailPlan.Word] = ["server", "tls", "from", "user", "secret", "ca", "patience"],
        [SmsPlan.Word] = ["link", "secret", "centre", "reportWithin"],
        [CallPlan.Word] = ["link", "secret", "ringFor", "talkFor"],
        [RelayPlan.Word] = ["device", "outlet", "onFor"],
    };

    public static IEnumerable<string> Kinds => MembersOfKind.Keys;

    /// <summary>The members of all kinds with what they hold; null: no text.</summary>
    public static IReadOnlyDictionary<string, string?> Members { get; } = new Dictionary<string, string?>
    {
        ["path"] = "folder: where notices are put, relative to the site file",
        ["most"] = null,
        ["url"] = "webhook: https://HOST/PATH, without a query",
        ["format"] = "webhook: json, wecom or dingtalk",
        ["token"] = $"webhook: {SecretReference.Form}",
        ["markdown"] = null,
        ["allow"] = null,
        ["ca"] = "PEM file with the authority of the far end",
        ["patience"] = Durations.Form,
        ["server"] = "mail: HOST or HOST:PORT",
        ["tls"] = "mail: starttls, tls or plain",
        ["from"] = "mail: the sender's address",
        ["user"] = "mail: who signs in",
        ["link"] = "sms: serial:/dev/…; call: sip:USER@HOST",
        ["centre"] = "sms: number of the service centre",
        ["reportWithin"] = Durations.Form,
        ["ringFor"] = Durations.Form,
        ["talkFor"] = Durations.Form,
        ["device"] = "relay: ROOM/DEVICE",
        ["outlet"] = null,
        ["onFor"] = Durations.Form,
    };

    public IReadOnlyList<ChannelPlan> Read(IReadOnlyList<JsonNodeAt> nodes)
    {
        var plans = new List<ChannelPlan>();
        foreach (var node in nodes)
        {
            var kind = node["kind"]?.Text ?? "";
            if (!MembersOfKind.TryGetValue(kind, out var members))
            {
                if (node.Kind is not JsonValueKind.Object || node["kind"] is not { } place) new JsonShape(node, findings, [.. node.Members.Select(m => m.Name)]).Missing("kind");
                else findings.Add(place.Error($"\"{place.Text}\" is no kind of channel", $"write {string.Join(", ", Kinds)}"));
                continue;
            }

            var shape = new JsonShape(node, findings, ["id", "kind", .. members]);
            var id = shape.Id("id");
            if (plans.Exists(p => p.Id == id)) findings.Add(node["id"]!.Error($"a second channel is called \"{id}\"", "give each its own id"));
            ChannelPlan? plan = kind switch
            {
                FolderPlan.Word => ReadFolder(id, node, shape),
                WebhookPlan.Word => ReadWebhook(id, node, shape),
                MailPlan.Word => ReadMail(id, node, shape),
                SmsPlan.Word => ReadSms(id, node, shape),
                CallPlan.Word => ReadCall(id, node, shape),
                _ => ReadRelay(id, node, shape),
            };
            if (plan is not null) plans.Add(plan);
        }

        return plans;
    }

    private FolderPlan? ReadFolder(string id, JsonNodeAt node, JsonShape shape)
    {
        var most = Whole(node, "most", 10, 100_000) ?? 2000;
        return shape.Text("path", required: true) is { } path ? new(id, Path.GetFullPath(Path.Combine(folder, path))) { Most = most } : null;
    }

    private MailPlan? ReadMail(string id, JsonNodeAt node, JsonShape shape)
    {
        var protection = Word(node, shape, "tls", MailWords) ?? MailProtection.StartTls;
        var (user, password) = (shape.Text("user"), Secret(node, shape, "secret"));
        if (user is not null && shape.Text("secret") is null) shape.Missing("secret");
        if (user is null && node["secret"] is { } alone) findings.Add(alone.Error("a password without a user", "add \"user\": …"));
        if (user is not null && protection is MailProtection.Plain)
            findings.Add(node["tls"]!.Error("the password would go over the network in the clear", "write \"starttls\" or \"tls\", or sign in with nobody"));
        var from = shape.Text("from", required: true);
        if (from is not null && new MailPlan("", "", 0, protection, "").CheckAddress(from) is { } wrong) findings.Add(node["from"]!.Error($"\"{from}\" is no sender", wrong));
        if (shape.Text("server", required: true) is not { } server || from is null) return null;
        if (!LinkAddress.TryParse($"tcp://{server}", out var address, out _) || address.Path.Length > 0 || address.User is not null || address.Options.Count > 0)
        {
            findings.Add(node["server"]!.Error($"\"{server}\" is no mail server", "write HOST or HOST:PORT"));
            return null;
        }

        var port = address.Port ?? protection switch { MailProtection.Tls => 465, MailProtection.StartTls => 587, _ => 25 };
        return new(id, address.Host, port, protection, from)
        {
            User = user,
            Password = password,
            Authorities = Authorities(node, shape),
            Patience = Patience(shape) ?? TimeSpan.FromSeconds(30),
        };
    }

    private SmsPlan? ReadSms(string id, JsonNodeAt node, JsonShape shape)
    {
        var pin = Secret(node, shape, "secret");
        if (pin is not null && (pin.Reveal().Length is < 4 or > 8 || !pin.Reveal().All(char.IsAsciiDigit)))
            findings.Add(node["secret"]!.Error("this is no PIN of a SIM", "it has 4 to 8 digits"));
        var centre = shape.Text("centre");
        if (centre is not null && new SmsPlan("", NoLink).CheckAddress(centre) is { } wrong) findings.Add(node["centre"]!.Error($"\"{centre}\" is no service centre", wrong));
        var within = shape.Duration("reportWithin", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        if (Link(node, shape, "serial") is not { } modem) return null;
        if (devices.FirstOrDefault(d => d.Plan.Link.Scheme == modem.Scheme && d.Plan.Link.Path == modem.Path) is { } owner)
            findings.Add(node["link"]!.Error($"{owner.Plan.Id} has this line already", "one line belongs to one"));
        return new(id, modem) { Pin = pin, Centre = centre, ReportWithin = within };
    }

    private CallPlan? ReadCall(string id, JsonNodeAt node, JsonShape shape)
    {
        var password = Secret(node, shape, "secret");
        var ring = shape.Duration("ringFor", TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2)) ?? TimeSpan.FromSeconds(30);
        var talk = shape.Duration("talkFor", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)) ?? TimeSpan.FromSeconds(10);
        if (Link(node, shape, "sip") is not { } exchange) return null;
        if (password is not null && exchange.User is null) findings.Add(node["link"]!.Error("a password without a user", "write sip:USER@HOST"));
        return new(id, exchange) { Password = password, RingFor = ring, TalkFor = talk };
    }

    private RelayPlan? ReadRelay(string id, JsonNodeAt node, JsonShape shape)
    {
        var on = shape.Duration("onFor", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) ?? TimeSpan.FromSeconds(60);
        if (node["outlet"] is null) shape.Missing("outlet");
        if (shape.Text("device", required: true) is not { } name || Whole(node, "outlet", 0, 1000) is not { } outlet) return null;
        if (devices.FirstOrDefault(d => d.Plan.Id.ToString() == name) is not { } device)
        {
            findings.Add(node["device"]!.Error($"there is no device {name}", "name ROOM/DEVICE of this site"));
            return null;
        }

        if (!device.Plan.Manifest.Verbs.Any(v => v.Name == OutletWords.OnVerb)) findings.Add(node["device"]!.Error($"{name} has no outlets to switch", "name a power unit or a relay box"));
        return new(id, device.Plan.Id, outlet) { OnFor = on };
    }
}
