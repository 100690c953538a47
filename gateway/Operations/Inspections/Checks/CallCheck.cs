using AvGateway.Classes;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Operations.Inspections.Checks;

/// <summary>Calls the court's own test peer, sees the call stand, and ends it.</summary>
internal sealed class CallCheck(string uri) : FunctionCheck(CheckWords.Call)
{
    private static readonly TimeSpan ConnectedWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndedWithin = TimeSpan.FromSeconds(15);

    public override CheckRow? Prepare(CheckSession session)
    {
        if (!session.Shows(CodecWords.CallState, CallStates.Idle)) return session.Found(Name, RowState.Skipped, "not-idle", new("终端不在空闲状态", "it is not seen idle"), null);
        Left = new($"测试呼叫 {uri}", $"test call to {uri}");
        return null;
    }

    public override async Task<CheckRow> RunAsync(CheckSession session)
    {
        var dialled = await session.AskAsync(CodecWords.DialVerb, ConnectedWithin, new Commands.RawArgument("uri", uri));
        if (dialled.IsGuarded) return session.NotDone(Name, dialled, "CALL_FAILED", new("测试呼叫失败", "the test call failed"));
        var end = dialled.IsDone ? await session.UntilAsync(() => session.Shows(CodecWords.CallState, CallStates.Connected), ConnectedWithin) : WaitEnd.TooLate;
        if (end is WaitEnd.Seen)
        {
            var until = session.Now + Holds;
            var held = await session.UntilAsync(() => session.Now >= until || !session.Shows(CodecWords.CallState, CallStates.Connected), Holds + Holds);
            end = held is not WaitEnd.Seen ? held : session.Shows(CodecWords.CallState, CallStates.Connected) ? WaitEnd.Seen : WaitEnd.TooLate;
        }

        var guarded = end is WaitEnd.Guarded ? session.WhyNotGoOn() : GuardReason.None;
        var ended = await session.AskAsync(CodecWords.HangUpVerb, AskWithin);
        if (!ended.IsDone)
        {
            var row = session.NotDone(Name, ended, "CALL_NOT_ENDED", new("测试呼叫未能挂断", "the test call did not end"));
            return row with { Detail = row.Detail is { } why ? Left.Then(why) : Left };
        }

        if (guarded is not GuardReason.None) return session.Skipped(Name, guarded, Left);
        if (end is WaitEnd.Stopping) return session.Found(Name, RowState.Skipped, SightReasons.Interrupted, SightReasons.Says(SightReasons.Interrupted), Left);
        if (end is not WaitEnd.Seen) return dialled.IsDone
            ? session.Found(Name, RowState.Fault, "CALL_FAILED", new("测试呼叫失败", "the test call failed"), Left)
            : session.NotDone(Name, dialled, "CALL_FAILED", new("测试呼叫失败", "the test call failed"));
        return await session.UntilAsync(() => session.Shows(CodecWords.CallState, CallStates.Idle), EndedWithin) is WaitEnd.TooLate
            ? session.Found(Name, RowState.Fault, "CALL_NOT_ENDED", new("测试呼叫未能挂断", "the test call did not end"), Left)
            : session.Found(Name, RowState.Ok, SightReasons.Seen, SightReasons.Says(SightReasons.Seen), Left);
    }
}
