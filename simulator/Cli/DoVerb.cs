using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Cli;

/// <summary><c>avsim do DEVICE …</c>: a client of the control API. Switches, the front panel, or just a look.</summary>
internal static class DoVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    public static Command New(TextWriter output, TextWriter errors)
    {
        var device = new Argument<string>("device") { Description = "room/device, or the device alone where only one has that name." };
        var words = new Argument<string[]>("words")
        {
            Description = "switch=value …  or  front-panel VERB name=value …  Nothing: show the device.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        words.Validators.Add(result =>
        {
            var typed = result.Tokens.Select(token => token.Value).ToArray();
            var panel = typed is ["front-panel", ..];
            if (panel && typed.Length == 1) result.AddError("front-panel: which verb?");
            foreach (var word in panel ? typed.Skip(2) : typed)
            {
                if (!Assignment.TryRead(word, out _, out _)) result.AddError($"'{word}' is not name=value.");
            }
        });
        var url = new Option<Uri>("--url")
        {
            Description = "Address of the control API; else AVSIM_URL, else the usual one.",
            DefaultValueFactory = _ => new(Environment.GetEnvironmentVariable("AVSIM_URL") ?? $"http://{ControlAddress.Usual}"),
            CustomParser = ControlAddress.ReadUrl,
        };
        var command = new Command("do", "Sets switches of a running simulated device, or uses its front panel.") { device, words, url };
        command.SetAction(async (parsed, stopping) =>
        {
            using var http = new HttpClient { BaseAddress = parsed.GetRequiredValue(url), Timeout = Patience };
            try
            {
                return await DoAsync(http, parsed.GetRequiredValue(device), parsed.GetValue(words) ?? [], output, errors, stopping);
            }
            catch (Exception failed) when (
                failed is HttpRequestException or JsonException || failed is TaskCanceledException && !stopping.IsCancellationRequested)
            {
                await errors.WriteLineAsync($"{http.BaseAddress}: {failed.Message}");
                return Avsim.Failed;
            }
        });
        return command;
    }

    private static async Task<int> DoAsync(
        HttpClient http, string device, string[] words, TextWriter output, TextWriter errors, CancellationToken stopping)
    {
        if (await FindAsync(http, device, errors, stopping) is not { } path) return Avsim.Failed;
        if (words is ["front-panel", var verb, .. var arguments])
        {
            var act = new JsonObject { ["verb"] = verb, ["args"] = new JsonObject(Assignment.ReadAll(arguments)) };
            return await SayAsync(await http.PostAsJsonAsync($"{path}/front-panel", act, stopping), output, errors, stopping);
        }

        if (words.Length == 0)
            return await SayAsync(await http.GetAsync(new Uri(path, UriKind.Relative), stopping), output, errors, stopping);
        foreach (var (name, value) in Assignment.ReadAll(words))
        {
            var answer = await http.PutAsJsonAsync($"{path}/switches/{Uri.EscapeDataString(name)}", value, stopping);
            if (await SayAsync(answer, output, errors, stopping) is var code and not Avsim.Done) return code;
        }

        return Avsim.Done;
    }

    private static async Task<string?> FindAsync(HttpClient http, string device, TextWriter errors, CancellationToken stopping)
    {
        if (device.Split('/') is [{ Length: > 0 } room, { Length: > 0 } name])
            return $"devices/{Uri.EscapeDataString(room)}/{Uri.EscapeDataString(name)}";
        var all = await http.GetFromJsonAsync<JsonArray>("devices", stopping) ?? [];
        var ids = all.Select(each => (string)each!["id"]!).ToArray();
        if (ids.Where(id => id.EndsWith("/" + device, StringComparison.Ordinal)).ToArray() is [var only]) return $"devices/{only}";
        await errors.WriteLineAsync($"'{device}' is not one device; there is {string.Join(", ", ids)}.");
        return null;
    }

    private static async Task<int> SayAsync(HttpResponseMessage answer, TextWriter output, TextWriter errors, CancellationToken stopping)
    {
        using var disposed = answer;
        var body = await answer.Content.ReadFromJsonAsync<JsonNode>(stopping);
        if (answer.IsSuccessStatusCode)
        {
            await output.WriteLineAsync(body?.ToJsonString(Pretty));
            return Avsim.Done;
        }

        var known = body?["known"] is JsonArray names ? $" Known: {string.Join(", ", names.Select(name => (string?)name))}." : "";
        await errors.WriteLineAsync($"{(string?)body?["detail"]} {(string?)body?["remedy"]}{known}");
        return Avsim.Failed;
    }
}
