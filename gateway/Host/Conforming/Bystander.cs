using AvGateway.Drivers.Conformance;

namespace AvGateway.Host.Conforming;

/// <summary>The person at the terminal, who also stands at the device.</summary>
internal sealed class Bystander : IHand
{
    public async Task<bool> AskAsync(Said wish, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync(wish.In(Texts.IsChinese));
        await Console.Error.WriteLineAsync(Texts.Say("完成后按回车；无法操作请输入 n 再按回车。", "Press Enter when it is done; n and Enter when it cannot be done."));
        return await Console.In.ReadLineAsync(cancellation) is { } answer && answer.Trim() is not "n";
    }
}
