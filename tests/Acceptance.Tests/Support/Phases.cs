using System.Text.Json;

namespace AvGateway.Acceptance.Tests.Support;

internal static class Phases
{
    public static IEnumerable<string> Of(IEnumerable<JsonElement> answers) => answers.Select(a => a.GetProperty("phase").GetString()!);
}

/// <summary>Looks at retained topics with a client of its own, so that only what a new panel would see counts.</summary>
internal static class Watch
{
    public static async Task ValueAsync(DemoCourt court, string topic, Func<JsonElement, bool> fits)
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/{topic}");
        await client.NextAsync($"{client.Base}/{topic}", v => v.GetProperty("q").GetString() == "good" && fits(v.GetProperty("v")));
    }

    public static async Task TopicAsync(DemoCourt court, string topic, Func<JsonElement, bool> fits)
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/{topic}");
        await client.NextAsync($"{client.Base}/{topic}", fits);
    }
}
