using System.CommandLine;
using AvGateway.Mqtt.Session;

namespace AvGateway.Host.Commands;

/// <summary>What concerns the ways out of the house.</summary>
internal static partial class CtlCommand
{
    // A duty telephone rings, a modem waits for its network and for a report.
    private static readonly TimeSpan LongestTrial = TimeSpan.FromMinutes(5);

    private static Command BuildChannel()
    {
        var id = new Argument<string>("ID") { Description = Texts.Say("通道编号", "id of the channel") };
        var to = new Argument<string>("TO") { Description = Texts.Say("收件地址或号码；只有一端的通道省略", "the address or number; left out where the channel has one end only"), Arity = ArgumentArity.ZeroOrOne };
        var test = new Command(ChannelRequests.Verb, Texts.Say("经此通道发送一条试发信息（限工程师、管理员）", "send one trial message by it (engineer or admin)")) { id, to };
        test.SetAction((parsed, stop) => GuardedAsync(() => TestAsync(parsed, parsed.GetValue(id)!, parsed.GetValue(to) ?? "", stop)));
        return new("channel", Texts.Say("对外通知通道", "the ways out of the house")) { test };
    }

    private static async Task<int> TestAsync(ParseResult parsed, string channel, string to, CancellationToken stop)
    {
        var payload = Payload(json => json.WriteString("to", to));
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$rsp/{client.Caller}/#", stop);
        var id = await client.AskAsync(site, $"$channel/{channel}/do/{ChannelRequests.Verb}", payload, (uint)parsed.GetValue(Expiry), stop);
        return await FollowAsync(client, id, LongestTrial, parsed.GetValue(Json), stop);
    }
}
