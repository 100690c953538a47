using System.Text.Json.Nodes;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>Rights that are taken away while somebody uses them, by the command line and by an edit of the file.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan InForce = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_removed_user_and_one_with_a_new_password_are_out_and_a_lost_room_is_silent()
    {
        await using var gateway = await GatewayProcess.DemoAsync();
        await using var panel = new MosquittoClient(gateway, "panel-court-1", "mqttv5");
        await using var clerk = new MosquittoClient(gateway, "clerk-court-1", "mqttv5");
        await using var judge = new MosquittoClient(gateway, "panel-court-2", "mqttv5");
        foreach (var client in (MosquittoClient[])[panel, clerk, judge]) await client.SubscribeAsync("#");

        Assert.Equal(0, (await GatewayProcess.RunAsync("user", "remove", "panel-court-1", "--data", gateway.Data)).ExitCode);
        await panel.RefusedAsync(InForce);
        Assert.Equal(0, (await GatewayProcess.RunAsync("user", "password", "clerk-court-1", "--data", gateway.Data)).ExitCode);
        await clerk.RefusedAsync(InForce);

        // A room taken from a session that goes on: from here it hears of the other room alone.
        var file = Path.Combine(gateway.Data, "credentials.json");
        var credentials = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        var account = credentials["users"]!.AsArray().Single(u => (string)u!["name"]! == "panel-court-2")!;
        account["rooms"] = new JsonArray("machine-room");
        await File.WriteAllTextAsync(file, credentials.ToJsonString(), TestContext.Current.CancellationToken);
        await using var engineer = new MosquittoClient(gateway, "engineer", "mqttv5");
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");
        await using var probe = new MosquittoClient(gateway, "panel-court-2", "mqttv5");
        await probe.UntilGrantedAsync($"{probe.Base}/machine-room/#", InForce + InForce);

        Assert.Equal(200, (await engineer.AskAsync("court-2/matrix/do/route", "{\"input\":4,\"output\":1}"))[^1].GetProperty("stat").GetInt32());
        Assert.Equal(200, (await engineer.AskAsync("machine-room/matrix/do/route", "{\"input\":5,\"output\":1}"))[^1].GetProperty("stat").GetInt32());
        var heard = new List<string>();
        await judge.NextAsync(s =>
        {
            heard.Add($"{s.Topic} {s.Payload}");
            return s.Topic.EndsWith("machine-room/matrix/output-1", StringComparison.Ordinal) && s.Json.GetProperty("v").GetInt32() == 5;
        });
        Assert.DoesNotContain(heard, h => h.Contains("court-2/matrix/output-1 {\"v\":4,", StringComparison.Ordinal));
    }
}
