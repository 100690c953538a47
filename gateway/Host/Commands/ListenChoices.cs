using System.CommandLine;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Host.Tls;

namespace AvGateway.Host.Commands;

/// <summary>Where to listen and how encrypted, put together from command line, environment and site file, in this order.</summary>
internal sealed record ListenChoices(HostAndPort Http, HostAndPort Mqtt, HostAndPort? Https, HostAndPort? Mqtts, TlsSettings Tls);

/// <summary>The options about listening that <c>run</c> and <c>demo</c> share.</summary>
internal sealed class ListenOptionSet
{
    private const string DefaultHttp = "127.0.0.1:8080";
    private const string DefaultMqtt = "127.0.0.1:1883";
    private const string DefaultMqtts = "127.0.0.1:8883";
    private const int UsualMqttPort = 1883;
    private const string AnyMqtts = "127.0.0.1:0";

    private readonly Option<string> _http = new("--http") { Description = Texts.Say($"网页监听地址（默认 {DefaultHttp}）", $"where the web listens ({DefaultHttp})") };
    private readonly Option<string> _mqtt = new("--mqtt") { Description = Texts.Say($"MQTT 监听地址（默认 {DefaultMqtt}）", $"where the embedded broker listens ({DefaultMqtt})") };
    private readonly Option<string> _https = new("--https") { Description = Texts.Say("HTTPS 监听地址（默认关闭）", "where the web listens over TLS (off)") };
    private readonly Option<string> _mqtts = new("--mqtts") { Description = Texts.Say($"MQTT over TLS 监听地址或 off（默认 {DefaultMqtts}）", $"where the embedded broker listens over TLS, or off ({DefaultMqtts})") };
    private readonly Option<string> _certificate = new("--tls-certificate") { Description = Texts.Say("服务器证书 PEM 文件；默认由网关自行签发", "PEM file with the server's certificate; the gateway makes its own otherwise") };
    private readonly Option<string> _key = new("--tls-key") { Description = Texts.Say("私钥：file:路径 或 env:变量名", "its private key: file:PATH or env:NAME") };
    private readonly Option<string[]> _names = new("--tls-name")
    {
        Description = Texts.Say("自签证书中的主机名或地址，可重复", "host name or address in a certificate of the gateway's own; may be given again"),
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _clients = new("--client-certificates") { Description = Texts.Say("客户端证书：", "client certificates: ") + string.Join('|', ListeningReader.ClientWords) };
    private readonly Option<string> _clientCa = new("--client-ca") { Description = Texts.Say("客户端证书签发机构 PEM 文件；默认为网关自有机构", "PEM file with the authority of client certificates; the gateway's own otherwise") };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_http, _mqtt, _https, _mqtts, _certificate, _key, _names, _clients, _clientCa]) command.Options.Add(option);
    }

    /// <summary>Null with what is wrong.</summary>
    public ListenChoices? Read(ParseResult parsed, SiteModel? site, bool hasOwnBroker, out string? wrong)
    {
        wrong = null;
        var http = Address(Chosen(parsed, _http, "AVGW_HTTP") ?? site?.Http.Bind ?? DefaultHttp, ref wrong);
        var mqtt = Address(Chosen(parsed, _mqtt, "AVGW_MQTT") ?? site?.Mqtt.Bind ?? DefaultMqtt, ref wrong);
        var https = Closable(Chosen(parsed, _https, "AVGW_HTTPS") ?? site?.Http.Tls ?? ListeningReader.Off, ref wrong);

        // Whoever moves the broker from its usual port has several here; the second must not stumble over a fixed one that nobody asked for.
        var otherwise = !hasOwnBroker ? ListeningReader.Off : mqtt?.Port == UsualMqttPort ? DefaultMqtts : AnyMqtts;
        var mqtts = Closable(Chosen(parsed, _mqtts, "AVGW_MQTTS") ?? site?.Mqtt.Tls ?? otherwise, ref wrong);
        var tls = Tls(parsed, site?.Tls ?? new(), ref wrong);
        return wrong is null ? new(http!, mqtt!, https, mqtts, tls) : null;
    }

    public static string? Chosen(ParseResult parsed, Option<string> option, string variable) =>
        parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);

    private TlsSettings Tls(ParseResult parsed, TlsSettings site, ref string? wrong)
    {
        var clients = site.Clients;
        if (Chosen(parsed, _clients, "AVGW_CLIENT_CERTIFICATES") is { } word)
        {
            if (ListeningReader.ClientWords.Contains(word)) clients = Enum.Parse<ClientCertificates>(word, ignoreCase: true);
            else wrong ??= Texts.Say($"\"{word}\" 不是有效值；可选 {string.Join('、', ListeningReader.ClientWords)}", $"\"{word}\" is not known; write {string.Join(" or ", ListeningReader.ClientWords)}");
        }

        var tls = site with { Clients = clients };
        if (Chosen(parsed, _certificate, "AVGW_TLS_CERTIFICATE") is { } certificate)
        {
            var key = Chosen(parsed, _key, "AVGW_TLS_KEY");
            if (key is null) wrong ??= Texts.Say("--tls-certificate 需要 --tls-key", "--tls-certificate needs --tls-key");
            tls = tls with { Certificate = Path.GetFullPath(certificate), Key = key, Folder = Directory.GetCurrentDirectory() };
        }

        if (parsed.GetValue(_names) is { Length: > 0 } names) tls = tls with { Names = names };
        if (tls.Names.FirstOrDefault(n => Uri.CheckHostName(n) is UriHostNameType.Unknown) is { } bad) wrong ??= Texts.Say($"\"{bad}\" 不是主机名或地址", $"\"{bad}\" is no host name or address");
        if (Chosen(parsed, _clientCa, "AVGW_CLIENT_CA") is { } authority) tls = tls with { ClientAuthority = Path.GetFullPath(authority) };
        return tls;
    }

    private static HostAndPort? Closable(string text, ref string? wrong) => text == ListeningReader.Off ? null : Address(text, ref wrong);

    private static HostAndPort? Address(string text, ref string? wrong)
    {
        if (!HostAndPort.TryParse(text, out var address)) wrong ??= Texts.Say($"\"{text}\" 不是地址；写法：{HostAndPort.Form}", $"\"{text}\" is no address; write {HostAndPort.Form}");
        return address;
    }
}
