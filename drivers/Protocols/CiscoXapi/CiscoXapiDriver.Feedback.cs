using System.Globalization;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>What the codec is to tell unasked. Registrations belong to the session and have been seen to vanish in the middle of one.</summary>
public sealed partial class CiscoXapiDriver
{
    private const string FeedbackTimer = "feedback";
    private const string EndOfList = "** end";

    private static readonly TimeSpan FeedbackEvery = TimeSpan.FromSeconds(90);

    /// <summary>On a WebSocket: the codec's number of each subscription, by its expression.</summary>
    private readonly Dictionary<string, long> _subscriptions = new(StringComparer.Ordinal);

    private void RegisterFeedback()
    {
        _subscriptions.Clear();
        if (_framing is XapiLineFraming)
        {
            var id = NextId();
            Ask(id, XapiLineFraming.ForgetFeedback(id), static _ => { });
        }

        foreach (var expression in XapiWords.Feedback) Register(expression);
    }

    private void Register(string expression)
    {
        var id = NextId();
        if (_framing is XapiLineFraming) Ask(id, XapiLineFraming.Register(id, expression), static _ => { });
        else Ask(id, XapiRpcFraming.Subscribe(id, expression), reply => Subscribed(expression, reply));
    }

    private void Subscribed(string expression, XapiReply reply)
    {
        if (long.TryParse(XapiTree.Leaf(reply.Json, "Id"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _subscriptions[expression] = number;
    }

    /// <summary>A line can list its registrations, and what is missing is made again; a WebSocket cannot, and all are made anew.</summary>
    private void CheckFeedback()
    {
        Device.StartTimer(FeedbackTimer, FeedbackEvery);
        if (_framing is XapiLineFraming) List();
        else Renew();
    }

    private void List()
    {
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var id = NextId();
        Device.Ask(XapiLineFraming.ListFeedback(id), reply =>
        {
            if (reply.Kind is XapiReplyKind.Line && reply.Text.StartsWith('/') && listed.Count < XapiWords.Feedback.Count * 4) listed.Add(reply.Text);
            if (reply.ResultId != XapiFraming.Id(id) && !(reply.Kind is XapiReplyKind.Line && reply.Text == EndOfList)) return false;
            foreach (var missing in XapiWords.Feedback.Where(expression => !listed.Contains(expression))) Register(missing);
            return true;
        });
    }

    // The old one goes first: two at once would tell an event twice.
    private void Renew()
    {
        foreach (var expression in XapiWords.Feedback)
        {
            if (_subscriptions.Remove(expression, out var number))
            {
                var id = NextId();
                Ask(id, XapiRpcFraming.Unsubscribe(id, number), static _ => { });
            }

            Register(expression);
        }
    }
}
