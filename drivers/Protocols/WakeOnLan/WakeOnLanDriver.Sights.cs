using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;

namespace AvGateway.Drivers.Protocols.WakeOnLan;

/// <summary>What is seen of the PC.</summary>
public sealed partial class WakeOnLanDriver
{
    // Missed once is a lost packet.
    private const int MissesThatCount = 2;
    private const int SilentLooksThatCount = 2;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // Nobody here sent it away: a cable that was pulled for a moment is put back by then.
    private static readonly TimeSpan UnaskedSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswersWronglyFor = TimeSpan.FromSeconds(30);

    // What was shut down and comes up this soon was not switched on by the clerk of the next morning.
    private static readonly TimeSpan WatchedFor = TimeSpan.FromMinutes(10);

    private bool _isLooking;
    private int _misses;
    private int _silentLooks;
    private int _aliveLooks;
    private string _lastWords = "";

    // What we ordered last, until something else happens; what was shown last, also across links.
    private string? _order;
    private string? _shown;
    private bool _isWatched;

    private TimeSpan LongSilence => _silence > UnaskedSilence ? _silence : UnaskedSilence;

    private bool IsOnTheWay => _power.State switch
    {
        Mode.On => _misses > 0,
        Mode.Off => _aliveLooks > 0,
        _ => true,
    };

    private void Look()
    {
        if (_isLooking) return;
        _isLooking = true;
        Device.StopTimer(LookTimer);
        Device.Ask(WakeCodec.Look, reply => Seen(reply, isRound: true));
    }

    /// <summary>A look that a command waits for.</summary>
    private void LookFor(CommandRequest command) => Device.Ask(WakeCodec.Look, reply => Seen(reply, isRound: false), command);

    private bool Seen(WakeReply reply, bool isRound)
    {
        if (!reply.IsSight) return false;
        if (isRound) _isLooking = false;
        _lastWords = reply.Words;
        switch (reply.Kind)
        {
            case WakeReplyKind.Up: SeenUp(); break;
            case WakeReplyKind.Alive: SeenAlive(); break;
            case WakeReplyKind.Silent: SeenSilent(); break;

            // That we cannot look is nothing that the PC does.
            default:
                Device.Reconnect(StatusReasons.ConnectFailed, reply.Words);
                return true;
        }

        if (isRound && IsOnTheWay) Device.StartTimer(LookTimer, LookEvery);
        return true;
    }

    private void SeenUp()
    {
        SpeaksAgain();
        _misses = _aliveLooks = 0;
        var wasOn = _power.State is Mode.On;
        _power.Fire(Told.Up);
        if (wasOn) Device.Report(PowerWords.PowerState, PowerStates.On);
    }

    private void SeenAlive()
    {
        SpeaksAgain();
        _misses++;
        _aliveLooks++;
        if (_power.State is Mode.Unknown && _misses >= MissesThatCount)
        {
            Device.Reconnect(StatusReasons.ConnectFailed, _lastWords);
            return;
        }

        _power.Fire(Told.Alive);
        if ((_power.State is Mode.On && _misses >= MissesThatCount) || (_power.State is Mode.Off && _aliveLooks >= MissesThatCount)) _power.Fire(Told.Lost);
    }

    private void SeenSilent()
    {
        _misses++;
        _aliveLooks = 0;
        if (_silentLooks++ == 0) Device.StartTimer(GoneTimer, _power.State is Mode.Unclear && _shown == PowerStates.On ? LongSilence : _silence);
        _power.Fire(Told.Silent);
        if (_power.State is Mode.Off) Device.Report(PowerWords.PowerState, PowerStates.Off);
        if (_misses < MissesThatCount || _power.State is not Mode.On) return;
        Device.StartTimer(GoneTimer, LongSilence);
        _power.Fire(Told.Lost);
    }

    private void SpeaksAgain()
    {
        _silentLooks = 0;
        Device.StopTimer(GoneTimer);
    }

    private void BelieveSilence()
    {
        if (_silentLooks < SilentLooksThatCount)
        {
            Device.StartTimer(GoneTimer, LookEvery);
            return;
        }

        _power.Fire(Told.Gone);
    }

    private void LeaveWhatAnswersWrongly()
    {
        if (_power.State is not Mode.Unclear) return;
        if (_silentLooks == 0) Device.Reconnect(StatusReasons.ConnectFailed, _lastWords);
        else Device.StartTimer(LostTimer, LookEvery);
    }

    private void TellUnasked(StateMachine<Mode, Told>.Transition move, string state)
    {
        var isArrival = move.Trigger is Told.Up or Told.Gone;
        if (isArrival && _shown is not null && _shown != state && _order != state)
        {
            Device.Happened(Unasked, ("power", state));
            if (state == PowerStates.On && _isWatched) Device.Raise(CameBack.Code, "it went off by our order and is up again", "按命令关机后又自行启动");
            _order = null;
        }

        _shown = state;
    }

    private void WatchForReturn()
    {
        _isWatched = true;
        Device.StartTimer(WatchTimer, WatchedFor);
    }
}
