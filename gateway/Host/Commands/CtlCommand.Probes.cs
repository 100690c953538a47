using System.CommandLine;

namespace AvGateway.Host.Commands;

/// <summary>What concerns probes.</summary>
internal static partial class CtlCommand
{
    private static Command BuildProbes()
    {
        var command = new Command("probes", Texts.Say("显示探测结果，或立即执行一个探测", "show what the probes saw, or run one now")) { CtlProbes.Verb, CtlProbes.Probe };
        command.SetAction((parsed, stop) => GuardedAsync(() => ProbesAsync(parsed, stop)));
        return command;
    }

    private static async Task<int> ProbesAsync(ParseResult parsed, CancellationToken stop)
    {
        var verb = parsed.GetValue(CtlProbes.Verb)!;
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        if (verb == "list") return await CtlProbes.ListAsync(client, site, parsed.GetValue(Json), stop);
        if (parsed.GetValue(CtlProbes.Probe) is not { } probe) return Refuse(Texts.Say($"{verb} 需要探测编号", $"{verb} needs the id of a probe"));
        if (await CtlProbes.FindAsync(client, site, probe, stop) is not { } place) return Refuse(Texts.Say($"没有探测 {probe}", $"there is no probe {probe}"));
        var quality = "";
        var code = await AskAsync(parsed, $"{place}/do/{verb}", [], TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, answer =>
        {
            if (!parsed.GetValue(Json)) CtlProbes.Print(answer);
            quality = answer.TryGetProperty("probe", out var shown) ? shown.GetProperty("q").GetString()! : "ok";
        }, stop);
        return code is ExitCodes.Done && quality != "ok" ? ExitCodes.Findings : code;
    }
}
