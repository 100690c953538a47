using System.CommandLine;
using AvGateway.LineWatch.Agents;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Watching;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway capture-agent</c>: the process that listens to lines, with the one right that this needs.</summary>
internal static class CaptureAgentCommand
{
    public static Command Build()
    {
        var socket = new Option<string>("--socket") { Description = Texts.Say("网关连接的本地套接字", "local socket that the gateway connects to"), DefaultValueFactory = _ => CapturePlan.UsualAgent };
        var withMore = new Option<bool>("--with-more-rights") { Description = Texts.Say("允许以多于 CAP_NET_RAW 的权限运行（仅供试用）", "run although it holds more rights than CAP_NET_RAW (for a try only)") };
        var command = new Command("capture-agent", Texts.Say("抓包进程，由服务单元 avgateway-capture 启动", "the capture process; the unit avgateway-capture starts it")) { socket, withMore };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(socket)!, parsed.GetValue(withMore), stop));
        return command;
    }

    private static async Task<int> RunAsync(string socket, bool withMore, CancellationToken stop)
    {
        var rights = AgentRights.OfThisProcess();
        if (!rights.IsBare && !withMore)
        {
            await Console.Error.WriteLineAsync(Texts.Say(
                "本进程的权限多于抓包所需；请用服务单元 avgateway-capture 或 setpriv 启动（见 gateway/docs/line-watch.md），试用时可加 --with-more-rights",
                $"this process holds more rights than capturing needs (surplus {rights.Surplus:x}{(rights.MayGainMore ? ", and may gain more" : "")}); start it by its unit avgateway-capture or by setpriv (gateway/docs/line-watch.md), or for a try with --with-more-rights"));
            return ExitCodes.Failed;
        }

        using var logs = LoggerFactory.Create(b => b.AddSimpleConsole(o => (o.SingleLine, o.UseUtcTimestamp, o.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ssZ ")));
        if (!rights.HasNetRaw) await Console.Error.WriteLineAsync(CaptureCondition.NoRights("…") is var c ? Texts.Say($"{c.Zh}；{c.RemedyZh}", $"{c.En}; {c.RemedyEn}") : "");
        using var agent = new CaptureAgent(TimeProvider.System, logs.CreateLogger<CaptureAgent>());
        try
        {
            await agent.RunAsync(socket, stop);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync(Texts.Say($"套接字 {socket} 不可用：{unusable.Message}", $"the socket {socket} cannot be used: {unusable.Message}"));
            return ExitCodes.Failed;
        }
    }
}
