using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Links;

namespace AvGateway.Host.Site;

/// <summary>Reads one device of a room and checks it against its driver's manifest.</summary>
internal sealed class DeviceReader(DriverCatalog catalog, ILinkFactory links, List<Finding> findings, string folder, IReadOnlyList<string> vendors)
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(5);

    /// <summary>The kinds of link whose far end proves itself by a key.</summary>
    private static readonly string[] KeyedSchemes = ["ssh", "wss", "wake"];

    public DeviceModel? Read(JsonNodeAt node, string room)
    {
        var shape = new JsonShape(node, findings, "id", "driver", "link", "name", "vendor", "serialNumber", "poll", "secret", "hostKey", "options", "enabled", "optional", "rack", "model");
        var id = shape.Id("id");
        var names = shape.NamesOr(id);
        var vendor = ReadVendor(node, shape);
        var poll = shape.Duration("poll", ShortestPoll, LongestPoll);
        var secret = ReadSecret(node, shape);
        if (ReadDriver(node, shape) is not { } manifest) return null;
        if (ReadLink(node, shape, manifest) is not { } link) return null;
        if (id.Length == 0 || room.Length == 0) return null;
        return new(names, vendor, new(new(room, id), manifest, link, RefusedDriver.Is(manifest) ? Arguments.None : OptionsReader.Read(node, manifest.Options, findings))
        {
            Secret = secret,
            SerialNumber = shape.Text("serialNumber"),
            Poll = poll,
            Enabled = shape.Flag("enabled", otherwise: true),
        })
        {
            IsOptional = shape.Flag("optional", otherwise: false),
            Rack = shape.Text("rack"),
            Model = shape.Text("model"),
        };
    }

    private DriverManifest? ReadDriver(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("driver", required: true) is not { } name) return null;
        if (catalog.Find(name) is { } manifest) return manifest;
        var known = string.Join(", ", catalog.Manifests.Select(m => m.Name));
        var own = name.StartsWith("profile:", StringComparison.Ordinal) ? "a profile of your own lies in profiles/ beside this file, with this name in its \"profile\"; " : "";
        findings.Add(node["driver"]!.Error($"there is no driver \"{name}\"", $"{own}drivers are {known}; \"avgateway describe\" tells more"));
        return null;
    }

    private LinkAddress? ReadLink(JsonNodeAt node, JsonShape shape, DriverManifest manifest)
    {
        if (shape.Text("link", required: true) is not { } text) return null;
        var place = node["link"]!;
        if (!LinkAddress.TryParse(text, out var link, out var why))
        {
            findings.Add(place.Error(why, "see the links of the manual"));
            return null;
        }

        // What a refused driver could use is not known; its link is never opened.
        if (RefusedDriver.Is(manifest)) return link;

        if (manifest.Links.FirstOrDefault(l => l.Scheme == link.Scheme) is not { } kind)
        {
            var kinds = string.Join(", ", manifest.Links.Select(l => l.Scheme));
            findings.Add(place.Error($"{manifest.Name} cannot use a {link.Scheme} link", $"it can use {kinds}"));
            return null;
        }

        link = WithHostKey(WithDefaults(link, kind), node, shape);
        var wrong = links.Check(link).ToList();
        foreach (var finding in wrong) findings.Add(place.Error(finding, "mend the link"));
        return wrong.Count == 0 ? link : null;
    }

    /// <summary>The pinned key goes with the link, since the opening of the link is what it guards.</summary>
    private LinkAddress WithHostKey(LinkAddress link, JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("hostKey") is not { } key) return link;
        var place = node["hostKey"]!;
        if (!KeyedSchemes.Contains(link.Scheme))
        {
            findings.Add(place.Error($"a {link.Scheme} link shows no host key", $"take it out; links with one are {string.Join(", ", KeyedSchemes)}"));
            return link;
        }

        if (HostKeys.Check(key) is { } wrong)
        {
            findings.Add(place.Error(wrong, "the log names the fingerprint of a host whose key is not pinned"));
            return link;
        }

        return link with { Options = new Dictionary<string, string>(link.Options, StringComparer.Ordinal) { [HostKeys.Option] = key } };
    }

    public static LinkAddress WithDefaults(LinkAddress link, LinkKind kind)
    {
        if (link.Port is null && kind.DefaultPort is { } port) link = link with { Port = port };
        if (kind.Defaults is null) return link;
        var options = new Dictionary<string, string>(link.Options, StringComparer.Ordinal);
        foreach (var part in kind.Defaults.Split('&').Select(p => p.Split('=', 2))) options.TryAdd(part[0], part[1]);
        return link with { Options = options };
    }

    private Secret? ReadSecret(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("secret") is not { } reference) return null;
        var secret = SecretReference.Resolve(reference, folder, out var why);
        if (secret is null) findings.Add(node["secret"]!.Error(why!, SecretReference.Form));
        return secret;
    }

    private string? ReadVendor(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("vendor") is not { } vendor) return null;
        if (!vendors.Contains(vendor) && vendors.Count > 0) findings.Add(node["vendor"]!.Error($"\"vendors\" does not list \"{vendor}\"", $"listed are {string.Join(", ", vendors)}"));
        return vendor;
    }
}
