using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace AvGateway.Acceptance.Tests.Support;

/// <summary>A message as <c>mosquitto_sub</c> printed it.</summary>
public sealed record Seen(string Topic, bool Retained, string Payload)
{
    public JsonElement Json => JsonDocument.Parse(Payload).RootElement;
}

/// <summary>The distribution's own MQTT clients, which nobody here wrote.</summary>
public sealed class MosquittoClient(GatewayProcess gateway, string user, string version, params string[] more) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Channel<Seen> _seen = Channel.CreateUnbounded<Seen>();
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _subscriber;

    public string User => user;
    public string Base => $"avgw/1/{gateway.Site}";

    /// <summary>Subscribes; returns once the broker has confirmed it and begun to deliver.</summary>
    public async Task SubscribeAsync(params string[] filters)
    {
        // Its output is a pipe here, and a pipe is written in blocks: the SUBACK would be seen with the first message only.
        var start = Tool("stdbuf", "-oL", "mosquitto_sub");
        foreach (var argument in (string[])["-q", "1", "-d", "-F", "~%t %r %p", .. filters.SelectMany(f => (string[])["-t", f])]) start.ArgumentList.Add(argument);
        _subscriber = Process.Start(start)!;
        var subscribed = new TaskCompletionSource();
        _subscriber.OutputDataReceived += (_, line) => Take(line.Data, subscribed);
        _subscriber.ErrorDataReceived += (_, line) => Take(line.Data, subscribed);
        _subscriber.BeginOutputReadLine();
        _subscriber.BeginErrorReadLine();
        await subscribed.Task.WaitAsync(Patience);
    }

    /// <summary>Ends when the broker has closed the connection and said that its user may not be there.</summary>
    public Task RefusedAsync(TimeSpan within) => _refused.Task.WaitAsync(within);

    /// <summary>Ends when the broker grants a filter: one that lies wholly outside of the user's rights is refused.</summary>
    public async Task UntilGrantedAsync(string filter, TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        while (true)
        {
            var start = Tool("mosquitto_sub");
            foreach (var argument in (string[])["-q", "1", "-E", "-t", filter]) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var said = process.StandardError.ReadToEndAsync(patience.Token);
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            if (!(await said + await output).Contains("denied", StringComparison.OrdinalIgnoreCase)) return;
        }
    }

    /// <summary>The next message that fits, skipping others.</summary>
    public async Task<Seen> NextAsync(Func<Seen, bool> fits, TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? Patience);
        while (true)
        {
            var seen = await _seen.Reader.ReadAsync(patience.Token);
            if (fits(seen)) return seen;
        }
    }

    public Task<Seen> NextAsync(string topic, Func<JsonElement, bool> fits, TimeSpan? within = null) =>
        NextAsync(s => s.Topic == topic && s.Payload.Length > 0 && fits(s.Json), within);

    /// <summary>Publishes and tells whether the client was content (exit code 0), and what it said.</summary>
    public async Task<(int ExitCode, string Said)> PublishAsync(string topic, string payload, params string[] more)
    {
        var start = Tool("mosquitto_pub");
        foreach (var argument in (string[])["-q", "1", "-t", topic, "-m", payload, .. more]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // It would try to reach a broker that was killed for ever.
            process.Kill();
            throw;
        }

        return (process.ExitCode, await said + await output);
    }

    /// <summary>Sends a request and returns its answers up to the final one.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(string target, string arguments = "{}", TimeSpan? within = null)
    {
        var id = Guid.NewGuid().ToString("N");
        if (version == "mqttv5")
        {
            // Correlation data is text here; the gateway shows the id of 16 raw bytes as a UUID and of other bytes in hexadecimal.
            await PublishAsync($"{Base}/$req/{user}/{target}", $"{{\"args\":{arguments}}}",
                "-D", "publish", "response-topic", $"{Base}/$rsp/{user}/test", "-D", "publish", "correlation-data", id[..16],
                "-D", "publish", "message-expiry-interval", "30");
        }
        else
        {
            await PublishAsync($"{Base}/$req/{user}/{target}", $"{{\"id\":\"{id}\",\"ttl\":30,\"args\":{arguments}}}");
        }

        var answers = new List<JsonElement>();
        while (true)
        {
            var seen = await NextAsync(s => s.Topic.StartsWith($"{Base}/$rsp/{user}/", StringComparison.Ordinal), within);
            answers.Add(seen.Json);
            if (seen.Json.GetProperty("final").GetBoolean()) return answers;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_subscriber is null) return;
        if (!_subscriber.HasExited) _subscriber.Kill();
        await _subscriber.WaitForExitAsync();
        _subscriber.Dispose();
    }

    private ProcessStartInfo Tool(string name, params string[] first)
    {
        var start = new ProcessStartInfo(name) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[.. first, "-h", gateway.MqttHost, "-p", gateway.MqttPort.ToString(CultureInfo.InvariantCulture), "-V", version, "-u", user, "-P", gateway.PasswordOf(user), .. more])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private void Take(string? line, TaskCompletionSource subscribed)
    {
        if (line is null) return;
        if (line.Contains("received SUBACK", StringComparison.Ordinal)) subscribed.TrySetResult();
        // 0x87, Not authorized.
        if (line.Contains("Received DISCONNECT (135)", StringComparison.Ordinal)) _refused.TrySetResult();
        if (line.StartsWith('~') && line[1..].Split(' ', 3) is [var topic, var retained, var payload]) _seen.Writer.TryWrite(new(topic, retained == "1", payload));
    }
}
