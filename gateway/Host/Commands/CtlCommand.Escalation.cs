using System.CommandLine;
using System.Text.Json;
using AvGateway.Mqtt.Client;
using AvGateway.Mqtt.Session;

namespace AvGateway.Host.Commands;

// Silences, messages that wait or are dead, and who is on duty.
internal static partial class CtlCommand
{
    private const string Listing = "list";

    private static readonly string[] Matching = ["fault", "subject", "code"];

    private static Command BuildSilence()
    {
        var verb = new Argument<string>("verb")
        {
            Description = Texts.Say("list 列出，set 静默，lift 解除", "list, set or lift"),
            DefaultValueFactory = _ => Listing,
        };
        verb.AcceptOnlyFromAmong([Listing, .. SilenceRequests.Verbs]);
        var arguments = new Argument<string[]>("k=v")
        {
            Description = Texts.Say("参数，如 subject=court-1 minutes=120 reason=布线", "arguments, for example subject=court-1 minutes=120 reason=cabling"),
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("silence", Texts.Say("列出、设置或解除静默", "list silences, set one or lift one")) { verb, arguments };
        command.SetAction((parsed, stop) => GuardedAsync(() => parsed.GetValue(verb) == Listing
            ? ListSilencesAsync(parsed, stop)
            : AskAsync(parsed, $"$silence/do/{parsed.GetValue(verb)}", parsed.GetValue(arguments) ?? [], TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, stop)));
        return command;
    }

    private static Command BuildEscalation()
    {
        var verb = new Argument<string>("verb")
        {
            Description = Texts.Say("list 列出，trial 试发，retry 重发，discard 搁置", "list, trial, retry or discard"),
            DefaultValueFactory = _ => Listing,
        };
        verb.AcceptOnlyFromAmong([Listing, .. NoticeRequests.Verbs]);
        var contact = new Argument<string?>("CONTACT") { Description = Texts.Say("联系人编号", "id of a contact"), Arity = ArgumentArity.ZeroOrOne };
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数，如 key=…", "arguments, for example key=…"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("escalation", Texts.Say("查看值班与未送达通知，或处理它们", "show who is on duty and what was not delivered, or tend it")) { verb, contact, arguments };
        command.SetAction((parsed, stop) => GuardedAsync(() =>
        {
            if (parsed.GetValue(verb) == Listing) return ListEscalationAsync(parsed, stop);
            return parsed.GetValue(contact) is { } id
                ? AskAsync(parsed, $"$notice/{id}/do/{parsed.GetValue(verb)}", parsed.GetValue(arguments) ?? [], TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, stop)
                : Task.FromResult(Refuse(Texts.Say("需要联系人编号", "the id of a contact is needed")));
        }));
        return command;
    }

    private static async Task<int> ListSilencesAsync(ParseResult parsed, CancellationToken stop)
    {
        await using var client = await ConnectAsync(parsed, stop);
        var silences = await RetainedAsync(client, $"{client.Root}/1/{await SiteOf(parsed, client, stop)}/$silence/+", stop);
        foreach (var (id, row) in silences)
        {
            var what = string.Join(' ', Matching.Select(m => CtlFaults.Text(row, m)).Where(t => t.Length > 0));
            Console.Out.WriteLine(parsed.GetValue(Json) ? row.GetRawText() : $"{id}  {what}  {CtlFaults.Local(CtlFaults.Text(row, "from"))} → {CtlFaults.Local(CtlFaults.Text(row, "until"))}  {CtlFaults.Text(row, "by")}: {CtlFaults.Text(row, "reason")}");
        }

        if (silences.Count == 0 && !parsed.GetValue(Json)) Console.Out.WriteLine(Texts.Say("没有静默", "nothing is silenced"));
        return ExitCodes.Done;
    }

    /// <returns>0, or 2 when there are dead letters: scripts can ask.</returns>
    private static async Task<int> ListEscalationAsync(ParseResult parsed, CancellationToken stop)
    {
        await using var client = await ConnectAsync(parsed, stop);
        var branch = $"{client.Root}/1/{await SiteOf(parsed, client, stop)}";
        var onDuty = await RetainedAsync(client, $"{branch}/$roster/+", stop);
        var notices = await RetainedAsync(client, $"{branch}/$notice/+", stop);
        var isDead = notices.Exists(n => n.Row.TryGetProperty("dead", out var dead) && dead.GetArrayLength() > 0);
        if (parsed.GetValue(Json))
        {
            foreach (var (_, row) in onDuty.Concat(notices)) Console.Out.WriteLine(row.GetRawText());
            return isDead ? ExitCodes.Findings : ExitCodes.Done;
        }

        foreach (var (id, row) in onDuty) Console.Out.WriteLine($"{Texts.Say("值班", "on duty")}  {id}: {(CtlFaults.Text(row, "contact") is { Length: > 0 } who ? who : Texts.Say("无人", "nobody"))}");
        foreach (var (contact, row) in notices)
        {
            foreach (var lane in row.GetProperty("lanes").EnumerateArray())
                Console.Out.WriteLine($"{Texts.Say("等待", "waits")}  {contact}/{CtlFaults.Text(lane, "channel")}  {lane.GetProperty("waiting").GetInt32()}  {CtlFaults.Text(lane, "said")}");
            foreach (var dead in row.GetProperty("dead").EnumerateArray())
                Console.Out.WriteLine($"{Texts.Say("未送达", "dead")}  {contact}/{CtlFaults.Text(dead, "channel")}  {CtlFaults.Text(dead, "key")}  {CtlFaults.Local(CtlFaults.Text(dead, "at"))}  {CtlFaults.Text(dead, "said")}");
        }

        if (notices.Count == 0) Console.Out.WriteLine(Texts.Say("没有等待或未送达的通知", "no message waits and none is dead"));
        return isDead ? ExitCodes.Findings : ExitCodes.Done;
    }

    private static async Task<List<(string Id, JsonElement Row)>> RetainedAsync(GatewayClient client, string filter, CancellationToken stop)
    {
        await client.SubscribeAsync(filter, stop);
        var branch = filter[..^1];
        var rows = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        while (await client.NextAsync(CtlFaults.Quiet, stop) is { } received)
        {
            if (received.Payload.IsEmpty || !received.Topic.StartsWith(branch, StringComparison.Ordinal)) continue;
            using var document = JsonDocument.Parse(received.Payload);
            rows[received.Topic[branch.Length..]] = document.RootElement.Clone();
        }

        return [.. rows.Select(r => (r.Key, r.Value))];
    }
}
