using System.Globalization;
using System.Text;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Recording;

/// <summary>
/// Draft of the written statement that the presiding judge signs after a recording fault (SPC recording rule, article 4). Case number and
/// names stay
/// blank: the gateway does not know them.
/// </summary>
public static class StatementDraft
{
    /// <param name="room">The room's name in both languages.</param>
    /// <param name="zone">The court's zone; all times are printed in it.</param>
    /// <param name="language"><c>zh-CN</c> or <c>en</c>.</param>
    public static string Write(HearingRecord record, Wording room, TimeZoneInfo zone, string language)
    {
        var isChinese = language.StartsWith("zh", StringComparison.Ordinal);
        var text = new StringBuilder();
        void Line(string zh, string en) => text.Append(isChinese ? zh : en).Append('\n');
        string At(DateTimeOffset? at) =>
            at is { } moment ? TimeZoneInfo.ConvertTime(moment, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : isChinese ? "未结束" : "not ended";

        Line("关于庭审录音录像情况的书面说明（草稿）", "Written statement on the recording of a hearing (draft)");
        Line("案号：________________", "Case number: ________________");
        Line($"法庭：{room.Zh}", $"Courtroom: {room.En}");
        Line($"开庭：{At(record.OpenedAt)}    闭庭：{At(record.ClosedAt)}", $"Opened: {At(record.OpenedAt)}    Closed: {At(record.ClosedAt)}");
        Line("录制设备：", "Recorders:");
        foreach (var span in record.Log.Spans)
        {
            var role = span.Role is RecorderRole.Main ? new Wording("主", "main") : new Wording("备", "backup");
            Line($"  {span.Recorder}（{role.Zh}）{At(span.From)} 至 {At(span.To)}",
                $"  {span.Recorder} ({role.En}) {At(span.From)} to {At(span.To)}");
        }

        Line("中断与标记：", "Interruptions and seals:");
        var number = 0;
        foreach (var row in record.Log.Interruptions)
        {
            var why = row.Fault is { } fault ? RecordingFaults.Says(fault) : row.Legal.Name();
            var kind = KindOf(row);
            var cover = row.Fault is null ? new Wording("", "") : record.Log.IsCovered(row)
                ? new("；另一设备录制完整", "; another recorder went on") : new("；无其他录制覆盖", "; not covered by another recorder");
            Line(
                $"  {++number}. {At(row.From)} 至 {At(row.To)}  {row.Recorder}  {kind.Zh}：{why.Zh}{cover.Zh}",
                $"  {number}. {At(row.From)} to {At(row.To)}  {row.Recorder}  {kind.En}: {why.En}{cover.En}");
        }

        Line("情况说明：________________________________", "Statement: ________________________________");
        Line("审判长（签名）：____________    日期：____________", "Presiding judge (signature): ____________    Date: ____________");
        Line("书记员（签名）：____________    日期：____________", "Clerk (signature): ____________    Date: ____________");
        return text.ToString();
    }

    private static Wording KindOf(Interruption row) =>
        row.Fault is not null ? new("故障", "fault")
        : row.IsSealed ? new("法定事由，录制未中断并已标记", "legal reason, recording went on under seal")
        : new("法定事由", "legal reason");
}
