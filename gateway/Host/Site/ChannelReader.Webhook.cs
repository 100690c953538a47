using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AvGateway.Channels;
using AvGateway.Host.Tls;
using AvGateway.Links;

namespace AvGateway.Host.Site;

/// <summary>Webhooks, and what several kinds of channel share.</summary>
internal sealed partial class ChannelReader
{
    private static readonly LinkAddress NoLink = new("serial", null, "", null, "", new Dictionary<string, string>());

    private static readonly Dictionary<string, MailProtection> MailWords = new(StringComparer.Ordinal)
    {
        ["starttls"] = MailProtection.StartTls,
        ["tls"] = MailProtection.Tls,
        ["plain"] = MailProtection.Plain,
    };

    private static readonly Dictionary<string, WebhookFormat> FormatWords = new(StringComparer.Ordinal)
    {
        ["json"] = WebhookFormat.Json,
        ["wecom"] = WebhookFormat.WeCom,
        ["dingtalk"] = WebhookFormat.DingTalk,
    };

    private static readonly Dictionary<WebhookFormat, Uri> Usual = new()
    {
        [WebhookFormat.WeCom] = new("https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        [WebhookFormat.DingTalk] = new("https://oapi.dingtalk.com/robot/send"),
    };

    private WebhookPlan? ReadWebhook(string id, JsonNodeAt node, JsonShape shape)
    {
        var format = Word(node, shape, "format", FormatWords) ?? WebhookFormat.Json;
        var allowed = shape.List("allow").Select(Network).OfType<IPNetwork>().ToList();
        var token = Secret(node, shape, "token");
        if (format is not WebhookFormat.Json && node["token"] is null) findings.Add(node.Error("\"token\" is missing: it names the robot", "add \"token\": \"file:…\" with what stands behind key= or access_token= in its address"));
        var key = Secret(node, shape, "secret");
        if (key is not null && format is WebhookFormat.WeCom) findings.Add(node["secret"]!.Error("robots of WeCom have no signature", "remove it; what names the robot is \"token\""));
        if (format is WebhookFormat.Json && node["markdown"] is { } markdown) findings.Add(markdown.Error("only messages of robots are Markdown", "remove it"));
        if (Url(node, shape, format, allowed) is not { } url) return null;
        return new(id, url, format)
        {
            Key = key,
            Token = token,
            IsMarkdown = shape.Flag("markdown", otherwise: false),
            Allowed = allowed,
            Authorities = Authorities(node, shape),
            Patience = Patience(shape) ?? TimeSpan.FromSeconds(20),
        };
    }

    private Uri? Url(JsonNodeAt node, JsonShape shape, WebhookFormat format, List<IPNetwork> allowed)
    {
        if (node["url"] is null && Usual.TryGetValue(format, out var usual)) return usual;
        if (shape.Text("url", required: true) is not { } text) return null;
        var place = node["url"]!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            findings.Add(place.Error("this is no address of the web", "write https://HOST/PATH"));
            return null;
        }

        // What follows the question mark is where services put their keys: it is not repeated in a finding.
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            findings.Add(place.Error("an address of a webhook has no user, no \"?\" and no \"#\"", "put the key behind the \"?\" into a file, and name it as \"token\": \"file:…\""));
            return null;
        }

        if (url.Scheme == "http" && (allowed.Count == 0 || !allowed.TrueForAll(WebhookPlan.IsInside)))
        {
            findings.Add(place.Error("without TLS a webhook stays in the house", "write https://, or name the networks of the court where the host is in \"allow\", for example [\"10.1.0.0/16\"]"));
            return null;
        }

        return url;
    }

    private IPNetwork? Network(JsonNodeAt node)
    {
        if (node.Text is { } text)
        {
            if (IPNetwork.TryParse(text, out var network)) return network;
            if (IPAddress.TryParse(text, out var address)) return new(address, address.GetAddressBytes().Length * 8);
        }

        findings.Add(node.Error("a network or an address is needed here", "write for example \"10.1.0.0/16\" or \"10.1.1.5\""));
        return null;
    }

    private LinkAddress? Link(JsonNodeAt node, JsonShape shape, string scheme)
    {
        if (shape.Text("link", required: true) is not { } text) return null;
        var place = node["link"]!;
        if (!LinkAddress.TryParse(text, out var link, out var why))
        {
            findings.Add(place.Error(why, "see the links of the manual"));
            return null;
        }

        if (link.Scheme != scheme)
        {
            findings.Add(place.Error($"this channel needs a {scheme}: link, not {link.Scheme}:", "see channels.md"));
            return null;
        }

        var wrong = links.Check(link).ToList();
        foreach (var finding in wrong) findings.Add(place.Error(finding, "see the links of the manual"));
        return wrong.Count == 0 ? link : null;
    }

    private Secret? Secret(JsonNodeAt node, JsonShape shape, string member)
    {
        if (shape.Text(member) is not { } reference) return null;
        if (SecretReference.Resolve(reference, folder, out var why) is { } secret) return secret;
        findings.Add(node[member]!.Error(why!, SecretReference.Form));
        return null;
    }

    private X509Certificate2Collection? Authorities(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("ca") is not { } file) return null;
        try { return Pem.Authorities(Path.GetFullPath(Path.Combine(folder, file))); }
        catch (TlsException unusable)
        {
            findings.Add(node["ca"]!.Error(unusable.Message, "name a PEM file; it is relative to the site file"));
            return null;
        }
    }

    private T? Word<T>(JsonNodeAt node, JsonShape shape, string member, Dictionary<string, T> known) where T : struct
    {
        if (shape.Text(member) is not { } word) return null;
        if (known.TryGetValue(word, out var value)) return value;
        findings.Add(node[member]!.Error($"\"{word}\" is not known here", $"write {string.Join(", ", known.Keys)}"));
        return null;
    }

    private int? Whole(JsonNodeAt node, string member, int least, int most)
    {
        if (node[member] is not { } value) return null;
        if (value.Kind is JsonValueKind.Number && value.Number == Math.Truncate(value.Number) && value.Number >= least && value.Number <= most) return (int)value.Number;
        findings.Add(value.Error($"a whole number of {least} to {most} is needed here", "write one without quotes"));
        return null;
    }

    private static TimeSpan? Patience(JsonShape shape) => shape.Duration("patience", TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));
}
