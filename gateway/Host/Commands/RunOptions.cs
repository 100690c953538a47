using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Links;
using AvGateway.Mqtt.External;
using Serilog.Events;

namespace AvGateway.Host.Commands;

/// <summary>The options that <c>run</c> and <c>demo</c> share. Each may also stand in the environment as <c>AVGW_NAME</c>; the command line wins.</summary>
internal sealed class RunOptions
{
    private const string DefaultHttp = "127.0.0.1:8080";
    private const string DefaultMqtt = "127.0.0.1:1883";

    private readonly Option<string> _http = new("--http") { Description = Texts.Say($"网页监听地址（默认 {DefaultHttp}）", $"where the web listens ({DefaultHttp})") };
    private readonly Option<string> _mqtt = new("--mqtt") { Description = Texts.Say($"MQTT 监听地址（默认 {DefaultMqtt}）", $"where the embedded broker listens ({DefaultMqtt})") };
    private readonly Option<string> _data = new("--data") { Description = Texts.Say("数据目录", "the data directory") };
    private readonly Option<string> _broker = new("--broker")
    {
        Description = Texts.Say("使用外部代理 mqtt://用户@主机:端口；密码在 AVGW_BROKER_SECRET（file:… 或 env:…）", "use an external broker, mqtt://USER@HOST:PORT; its password by AVGW_BROKER_SECRET (file:… or env:…)"),
    };

    private readonly Option<string> _store = new("--store") { Description = Texts.Say("使用 PostgreSQL：postgres://…", "use PostgreSQL: postgres://…") };
    private readonly Option<LogEventLevel> _log = new("--log") { Description = Texts.Say("日志级别", "log level"), DefaultValueFactory = _ => LogEventLevel.Information };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_http, _mqtt, _data, _broker, _store, _log]) command.Options.Add(option);
    }

    public bool TryRead(ParseResult parsed, SiteModel? site, Func<DataDirectory> otherwise, [NotNullWhen(true)] out GatewaySettings? settings, [NotNullWhen(false)] out string? wrong)
    {
        settings = null;
        var http = Chosen(parsed, _http, "AVGW_HTTP") ?? site?.Http.Bind ?? DefaultHttp;
        var mqtt = Chosen(parsed, _mqtt, "AVGW_MQTT") ?? site?.Mqtt.Bind ?? DefaultMqtt;
        if (!HostAndPort.TryParse(http, out var httpAt) | !HostAndPort.TryParse(mqtt, out var mqttAt))
        {
            wrong = Texts.Say($"\"{(httpAt is null ? http : mqtt)}\" 不是地址；写法：{HostAndPort.Form}", $"\"{(httpAt is null ? http : mqtt)}\" is no address; write {HostAndPort.Form}");
            return false;
        }

        if (!TryReadBroker(Chosen(parsed, _broker, "AVGW_BROKER") ?? site?.Mqtt.Broker, out var broker, out var password, out wrong)) return false;
        try
        {
            var data = Chosen(parsed, _data, "AVGW_DATA") is { } folder ? DataDirectory.At(folder) : otherwise();
            settings = new(httpAt!, mqttAt!, data)
            {
                Broker = broker,
                BrokerPassword = password,
                Store = Chosen(parsed, _store, "AVGW_STORE"),
                LogLevel = parsed.GetValue(_log),
            };
            return true;
        }
        catch (DataDirectoryException unusable)
        {
            wrong = unusable.Message;
            return false;
        }
    }

    private static bool TryReadBroker(string? text, out BrokerAddress? broker, out Secret? password, [NotNullWhen(false)] out string? wrong)
    {
        broker = null;
        password = null;
        wrong = null;
        if (text is null) return true;
        if (!BrokerAddress.TryParse(text, out broker, out wrong)) return false;
        if (Environment.GetEnvironmentVariable("AVGW_BROKER_SECRET") is not { Length: > 0 } reference) return true;
        password = SecretReference.Resolve(reference, Directory.GetCurrentDirectory(), out wrong);
        return password is not null;
    }

    private static string? Chosen(ParseResult parsed, Option<string> option, string variable) =>
        parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);
}
