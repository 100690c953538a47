using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>From a device that falls silent to the vendor's own view of it, over MQTT alone.</summary>
[Collection(nameof(DemoCourt))]
public sealed class FaultTests(DemoCourt court)
{
    [Fact]
    public async Task A_device_that_falls_silent_is_a_fault_that_people_work_on()
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#", $"{client.Base}/$fault/#", $"{client.Base}/$escalation/#", $"{client.Base}/$fault-log");
        await using (await court.WithSwitchAsync("court-2/recorder", "half-open"))
        {
            var opened = await client.NextAsync($"{client.Base}/$fault-log", l => Is(l, "court-2/recorder", "opened"), TimeSpan.FromSeconds(60));
            var fault = opened.Json.GetProperty("fault").GetString()!;
            Assert.Equal("device.unreachable", opened.Json.GetProperty("code").GetString());
            await RetainedAsync($"$fault/{fault}", f => f.GetProperty("subject").GetString() == "court-2/recorder");

            Assert.Equal(200, await AskAsync($"$fault/{fault}/do/ack", "{}"));
            Assert.Equal(409, await AskAsync($"$fault/{fault}/do/close", "{}"));
            Assert.Equal(200, await AskAsync($"$fault/{fault}/do/assign", "{\"to\":\"vendor:acme\",\"text\":\"Zhang San asks for it\"}"));

            var report = await RetainedAsync($"$escalation/acme/{fault}", r => r.GetProperty("step").GetString() == "with-vendor");
            Assert.DoesNotContain("Zhang San", report.Payload, StringComparison.Ordinal);
        }

        async Task<int> AskAsync(string target, string arguments) => (await client.AskAsync(target, arguments))[^1].GetProperty("stat").GetInt32();
    }

    private async Task<Seen> RetainedAsync(string topic, Func<System.Text.Json.JsonElement, bool> fits)
    {
        await using var late = court.Client();
        await late.SubscribeAsync($"{late.Base}/{topic}");
        return await late.NextAsync($"{late.Base}/{topic}", fits, TimeSpan.FromSeconds(10));
    }

    private static bool Is(System.Text.Json.JsonElement line, string subject, string what) =>
        line.GetProperty("subject").GetString() == subject && line.GetProperty("what").GetString() == what;
}
