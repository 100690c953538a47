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
    private readonly ListenOptionSet _listen = new();
    private readonly Option<string> _data = new("--data") { Description = Texts.Say("数据目录", "the data directory") };
    private readonly Option<string> _broker = new("--broker")
    {
        Description = Texts.Say("使用外部代理 mqtt(s)://用户@主机:端口；密码在 AVGW_BROKER_SECRET（file:… 或 env:…）", "use an external broker, mqtt(s)://USER@HOST:PORT; its password by AVGW_BROKER_SECRET (file:… or env:…)"),
    };

    private readonly Option<string> _brokerCa = new("--broker-ca") { Description = Texts.Say("外部代理的签发机构 PEM 文件；默认使用本机信任的机构", "PEM file with the external broker's authority; the machine's otherwise") };
    private readonly Option<string> _store = new("--store") { Description = Texts.Say("使用 PostgreSQL：postgres://…", "use PostgreSQL: postgres://…") };
    private readonly Option<LogEventLevel> _log = new("--log") { Description = Texts.Say("日志级别", "log level"), DefaultValueFactory = _ => LogEventLevel.Information };

    public void AddTo(Command command)
    {
        _listen.AddTo(command);
        foreach (var option in (Option[])[_data, _broker, _brokerCa, _store, _log]) command.Options.Add(option);
    }

    public bool TryRead(ParseResult parsed, SiteModel? site, Func<DataDirectory> otherwise, [NotNullWhen(true)] out GatewaySettings? settings, [NotNullWhen(false)] out string? wrong)
    {
        settings = null;
        if (!TryReadBroker(ListenOptionSet.Chosen(parsed, _broker, "AVGW_BROKER") ?? site?.Mqtt.Broker, out var broker, out var password, out wrong)) return false;
        if (_listen.Read(parsed, site, hasOwnBroker: broker is null, out wrong) is not { } listen)
        {
            wrong ??= "";
            return false;
        }

        try
        {
            var data = ListenOptionSet.Chosen(parsed, _data, "AVGW_DATA") is { } folder ? DataDirectory.At(folder) : otherwise();
            settings = new(listen.Http, listen.Mqtt, data)
            {
                Https = listen.Https,
                Mqtts = listen.Mqtts,
                Tls = listen.Tls,
                Broker = broker,
                BrokerPassword = password,
                BrokerAuthority = ListenOptionSet.Chosen(parsed, _brokerCa, "AVGW_BROKER_CA") is { } authority ? Path.GetFullPath(authority) : site?.Mqtt.BrokerAuthority,
                Store = ListenOptionSet.Chosen(parsed, _store, "AVGW_STORE"),
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
}
