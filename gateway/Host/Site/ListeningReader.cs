using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.Host.Tls;

namespace AvGateway.Host.Site;

/// <summary>Reads where the gateway listens and how it is encrypted: the members <c>mqtt</c>, <c>http</c> and <c>tls</c>.</summary>
internal sealed class ListeningReader(IReadOnlyList<JsonShape> shapes, List<Finding> findings)
{
    /// <summary>What stands in place of an address to keep a listener closed.</summary>
    public const string Off = "off";

    public static IReadOnlyList<string> ClientWords { get; } = [.. Enum.GetNames<ClientCertificates>().Select(n => n.ToLowerInvariant())];

    public MqttSettings Mqtt(string folder)
    {
        if (Member("mqtt") is not { } node) return new();
        var shape = new JsonShape(node, findings, "root", "bind", "tls", "broker", "brokerCa", "defaultExpiry", "maximumExpiry");
        var plain = new MqttSettings();
        var root = node["root"] is null ? plain.Root : shape.Id("root");
        return new(root, Address(node, shape, "bind"), Address(node, shape, "tls"), shape.Text("broker"))
        {
            BrokerAuthority = Existing(node, shape, "brokerCa", folder),
            DefaultExpiry = shape.Duration("defaultExpiry", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? plain.DefaultExpiry,
            MaximumExpiry = shape.Duration("maximumExpiry", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)) ?? plain.MaximumExpiry,
        };
    }

    public HttpSettings Http()
    {
        if (Member("http") is not { } node) return new();
        var shape = new JsonShape(node, findings, "bind", "tls", "origins");
        return new(Address(node, shape, "bind"), Address(node, shape, "tls"))
        {
            Origins = [.. shape.List("origins").Select(Origin).Where(o => o.Length > 0)],
        };
    }

    public TlsSettings Tls(string folder)
    {
        if (Member("tls") is not { } node) return new() { Folder = folder };
        var shape = new JsonShape(node, findings, "certificate", "key", "names", "clientCertificates", "clientCa");
        var certificate = Existing(node, shape, "certificate", folder);
        var key = shape.Text("key");
        if (certificate is not null && key is null) shape.Missing("key");
        if (key is not null && SecretReference.Resolve(key, folder, out var why) is null) findings.Add(node["key"]!.Error(why!, SecretReference.Form));
        return new()
        {
            Folder = folder,
            Certificate = certificate,
            Key = key,
            Names = [.. shape.List("names").Select(Name).Where(n => n.Length > 0)],
            Clients = Clients(node, shape),
            ClientAuthority = Existing(node, shape, "clientCa", folder),
        };
    }

    private JsonNodeAt? Member(string name) => shapes.Select(s => s.Member(name)).FirstOrDefault(m => m is not null);

    private string? Address(JsonNodeAt node, JsonShape shape, string name)
    {
        if (shape.Text(name) is not { } text) return null;
        if ((name == "tls" && text == Off) || HostAndPort.TryParse(text, out _)) return text;
        findings.Add(node[name]!.Error($"\"{text}\" is no address", $"write {HostAndPort.Form}"));
        return null;
    }

    private string? Existing(JsonNodeAt node, JsonShape shape, string name, string folder)
    {
        if (shape.Text(name) is not { } text) return null;
        var path = Path.GetFullPath(Path.Combine(folder, text));
        if (File.Exists(path)) return path;
        findings.Add(node[name]!.Error($"there is no file {path}", "check the name; it is relative to the site file"));
        return null;
    }

    private ClientCertificates Clients(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("clientCertificates") is not { } word) return ClientCertificates.None;
        if (ClientWords.Contains(word)) return Enum.Parse<ClientCertificates>(word, ignoreCase: true);
        findings.Add(node["clientCertificates"]!.Error($"\"{word}\" is not known here", $"write {string.Join(" or ", ClientWords)}"));
        return ClientCertificates.None;
    }

    private string Name(JsonNodeAt name)
    {
        if (name.Kind is JsonValueKind.String && name.Text is { } text && Uri.CheckHostName(text) is not UriHostNameType.Unknown) return text;
        findings.Add(name.Error("a host name or an address is needed here", "write for example \"av.court.example\" or \"10.1.1.5\""));
        return "";
    }

    private string Origin(JsonNodeAt origin)
    {
        if (origin.Kind is JsonValueKind.String && WebOrigin.TryParse(origin.Text, out var read)) return read;
        findings.Add(origin.Error("the origin of a web page is needed here", "write for example \"https://wall.court.example\", without a path"));
        return "";
    }
}
