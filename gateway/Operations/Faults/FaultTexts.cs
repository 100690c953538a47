using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Lines;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Faults;

/// <summary>What the gateway says itself of a fault. The English of a state is its code, by which causes are looked up.</summary>
public static class FaultTexts
{
    public static Wording Circuit(string circuit) => new($"电路编号 {circuit}", $"circuit {circuit}");

    public static Wording As(string fault) => new($"新编号 {fault}", $"as {fault}");

    public static Wording Reopens(string fault, string? text)
    {
        var said = new Wording($"重新打开 {fault}", $"reopens {fault}");
        return text is null ? said : said.Colon(Wording.Own(text));
    }

    public static Wording Judged(LineVerdict verdict)
    {
        var reason = LineReasons.Of(verdict.Reasons[0]);
        var side = verdict.Side switch
        {
            LineSide.Local => "本方",
            LineSide.Carrier => "运营商",
            LineSide.FarSide => "对端",
            _ => "未能判定",
        };
        return new($"{side}：{reason.Zh}", $"{LineVerdict.WordOf(verdict.Side)}: {reason.En}");
    }

    /// <summary>The gateway's own proof of a pause for a hearing.</summary>
    public static readonly Wording SeenInSession = new("网关所见：正在开庭", "seen by the gateway: in session");

    public static Wording Paused(PauseReason reason, string? proof)
    {
        var why = reason switch
        {
            PauseReason.Hearing => "等待休庭",
            PauseReason.Part => "等待备件",
            PauseReason.Carrier => "等待运营商",
            PauseReason.Access => "无法进场",
            PauseReason.ForceMajeure => "不可抗力",
            _ => "已恢复",
        };
        return new Wording(why, PauseWords.Of(reason)).Colon(proof is null ? SeenInSession : Wording.Own(proof));
    }

    public static Wording Status(string reason) => new(SightReasons.Says(reason).Zh, reason);
}
