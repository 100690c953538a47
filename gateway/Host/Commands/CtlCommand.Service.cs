using System.CommandLine;
using AvGateway.Operations.Records.Service;

namespace AvGateway.Host.Commands;

// The ledger of the service period.
internal static partial class CtlCommand
{
    private static Command BuildService()
    {
        var verb = new Argument<string>("verb") { Description = string.Join(" | ", ServiceDesk.Verbs.Keys), DefaultValueFactory = _ => ServiceDesk.Show };
        verb.AcceptOnlyFromAmong([.. ServiceDesk.Verbs.Keys]);
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数，如 kind=absence from=2026-10-10 to=2026-10-12 text=…", "arguments, for example kind=absence from=2026-10-10 to=2026-10-12 text=…"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("service", Texts.Say("服务期台账：登记、批准、签署", "the ledger of the service period: enter, approve, sign")) { verb, arguments };
        command.SetAction((parsed, stop) => GuardedAsync(() =>
            AskAsync(parsed, $"$service/do/{parsed.GetValue(verb)}", parsed.GetValue(arguments) ?? [], TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, answer =>
            {
                if (!answer.TryGetProperty("entries", out var entries)) return;
                if (answer.TryGetProperty("term", out var term)) Console.Out.WriteLine(term.GetRawText());
                foreach (var entry in entries.EnumerateArray()) Console.Out.WriteLine(entry.GetRawText());
            }, stop)));
        return command;
    }
}
