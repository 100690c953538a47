using System.Globalization;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>Whether a database takes a new connection and answers a question, and with what.</summary>
internal sealed class SqlProbe(ISqlPing databases)
{
    private const string Value = "value";

    public static ProbeKind Kind(ProbeTools tools) => new("sql", "A database answers a question", "数据库可查询", "postgres://USER@HOST/DATABASE, mysql://USER@HOST/DATABASE or sqlite:/PATH", new SqlProbe(tools.Databases).RunAsync)
    {
        Schemes = [.. tools.Databases.Schemes],
        TakesSecret = true,
        Check = Check,
        Options =
        [
            new("query", ValueKind.Text, "select 1", "What is asked; one that changes nothing", "查询语句（只读）"),
            new("expect", ValueKind.Text, "", "What the first column of the first row must be", "首行首列应有的值"),
        ],
        Measures = [CommonMeasures.OfLatency(), new(Value, "", "The first column of the first row, where it is a number", "首行首列的数值")],
        Within = TimeSpan.FromSeconds(10),
    };

    private static IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Scheme == "sqlite")
        {
            if (!Path.IsPathRooted(address.Path) || address.Host.Length > 0) yield return "the path of the file is missing";
        }
        else
        {
            if (address.Host.Length == 0) yield return "the host is missing";
            if (address.Path.Trim('/').Length == 0) yield return "the database is missing";
            if (address.User is null) yield return "the user is missing";
        }

        foreach (var option in address.Options.Keys.Where(o => o != "sslmode")) yield return $"no \"{option}=\" is known here";
    }

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var (plan, options) = (turn.Plan, turn.Plan.Options);
        turn.Note($"asking {plan.Target}");
        string? answer;
        try
        {
            answer = await databases.AskAsync(plan.Target!, plan.Secret, options["query"].Text, late);
        }
        catch (SqlPingException refused) when (refused.IsAccess)
        {
            return ProbeSight.Blind(new("数据库拒绝登录", refused.Message), new("修正目标中的用户或“secret”", "mend the user in the target or the \"secret\""));
        }
        catch (SqlPingException refused)
        {
            return ProbeSight.Wrong(new("数据库拒绝查询或无法连接", refused.Message));
        }

        var took = CommonMeasures.Took(turn.Elapsed);
        turn.Note(answer is null ? "no row" : "a row");
        if (options["expect"].Text is { Length: > 0 } expected && answer != expected) return ProbeSight.Wrong(answer is null ? new("无结果行", "no row") : new("结果与期望不符", "another value than expected"), took);
        return answer is not null && double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? ProbeSight.Seen(new("已应答", "answered"), took, new(Value, number))
            : ProbeSight.Seen(new("已应答", "answered"), took);
    }
}
