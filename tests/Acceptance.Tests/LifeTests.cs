using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>The gateway's own beginning and end, each with a process of its own.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task Told_to_stop_it_says_so_on_its_topic_and_ends_within_ten_seconds()
    {
        await using var gateway = await GatewayProcess.DemoAsync();
        await using var client = new MosquittoClient(gateway, "auditor", "mqttv5");
        await client.SubscribeAsync($"{client.Base}/$gw/+/state");
        await client.NextAsync(s => s.Topic.EndsWith("/state", StringComparison.Ordinal) && s.Json.GetProperty("state").GetString() == "ready");

        var (took, code) = await gateway.TerminateAsync();
        await client.NextAsync(s => s.Json.GetProperty("state").GetString() == "stopped");

        Assert.Equal(0, code);
        Assert.True(took < TimeSpan.FromSeconds(10), $"took {took}");
    }

    [Fact]
    public async Task Killed_it_comes_back_with_users_record_and_rising_sequence_numbers()
    {
        var data = Directory.CreateTempSubdirectory("avgw-life-").FullName;
        try
        {
            string password;
            long before;
            await using (var first = await GatewayProcess.DemoAsync(data))
            {
                password = first.PasswordOf("engineer");
                before = await SequenceAsync(first);
                await first.KillAsync();
            }

            await using var second = await GatewayProcess.DemoAsync(data);
            Assert.Equal(password, second.PasswordOf("engineer"));
            Assert.True(await SequenceAsync(second) > before);
            await second.TerminateAsync();
            var verified = await GatewayProcess.RunAsync("journal", "verify", "--data", data);
            Assert.Equal(0, verified.ExitCode);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task The_line_that_the_demo_prints_works_as_it_stands()
    {
        await using var gateway = await GatewayProcess.DemoAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!gateway.Told.Contains(" watch court-1", StringComparison.Ordinal)) await Task.Delay(20, patience.Token);
        var line = gateway.Told.Split('\n').Single(l => l.Contains(" do court-1/matrix route ", StringComparison.Ordinal)).Trim();
        var words = line.Split(' ')[(line.StartsWith("dotnet ", StringComparison.Ordinal) ? 2 : 1)..];

        var (code, answers, error) = await GatewayProcess.RunAsync(words);

        Assert.True(code == 0, error);
        Assert.Contains("verified", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_data_is_refused()
    {
        await using var first = await GatewayProcess.DemoAsync();
        var (code, _, error) = await GatewayProcess.RunAsync("demo", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--data", first.Data);
        Assert.Equal(1, code);
        Assert.Contains("in use", error, StringComparison.Ordinal);
    }

    private static async Task<long> SequenceAsync(GatewayProcess gateway)
    {
        await using var client = new MosquittoClient(gateway, "engineer", "mqttv5");
        await client.SubscribeAsync($"{client.Base}/court-1/matrix/output-1");
        return (await client.NextAsync(s => s.Payload.Length > 0)).Json.GetProperty("seq").GetInt64();
    }
}
