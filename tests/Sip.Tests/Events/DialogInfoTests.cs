using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class DialogInfoTests
{
    [Fact]
    public void A_document_tells_calls_with_their_far_ends()
    {
        var text = Document(0, "full", """
            <dialog id="a" call-id="c1" direction="initiator"><state>confirmed</state><duration>90</duration>
              <local><identity>sip:codec@court</identity></local>
              <remote><identity display="x">sip:room5@court</identity><target uri="sip:10.1.1.5"/></remote></dialog>
            <dialog id="b"><state event="rejected" code="486">terminated</state></dialog>
            """);

        Assert.True(DialogInfo.TryParse(text, out var info));
        Assert.Equal(2, info.Calls.Count);
        Assert.Equal(
            new WatchedCall("a", WatchedCallState.Confirmed, true, null, null)
            {
                CallId = "c1",
                RemoteIdentity = "sip:room5@court",
                RemoteTarget = "sip:10.1.1.5",
                Duration = TimeSpan.FromSeconds(90),
            },
            info.Calls[0]);
        Assert.Equal((WatchedCallState.Terminated, "rejected", 486), (info.Calls[1].State, info.Calls[1].Event, info.Calls[1].Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<a/>")]
    [InlineData("<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"-1\" state=\"full\" entity=\"x\"/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state=\"full\" entity=\"x\"/>")]
    [InlineData("<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state=\"full\" entity=\"x\"><dialog id=\"1\"><state>odd</state></dialog></dialog-info>")]
    [InlineData("<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state=\"full\" entity=\"x\"><dialog id=\"1\">")]
    public void What_is_not_such_a_document_is_refused(string text) =>
        Assert.False(DialogInfo.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("<x>", 40)) + string.Concat(Enumerable.Repeat("</x>", 40));
        var many = string.Concat(Enumerable.Range(0, 300).Select(n => $"<dialog id=\"{n}\"><state>trying</state></dialog>"));

        Assert.False(DialogInfo.TryParse(Document(1, "full", deep), out _));
        Assert.False(DialogInfo.TryParse(Document(1, "full", many), out _));
    }

    [Fact]
    public void A_gap_in_partial_documents_asks_for_a_new_subscription()
    {
        var watch = new DialogWatch();

        Assert.Equal(WatchStep.Gap, watch.Take(Document(5, "partial", "")));
        Assert.False(watch.IsComplete);
        watch.Reset();
        Assert.Equal(WatchStep.Taken, watch.Take(Document(0, "full", Call("a", "confirmed") + Call("b", "early"))));
        Assert.Equal(WatchStep.Taken, watch.Take(Document(1, "partial", Call("b", "terminated"))));
        Assert.Equal("a", Assert.Single(watch.Calls).Id);
        Assert.Equal(WatchStep.Stale, watch.Take(Document(1, "partial", Call("a", "terminated"))));
        Assert.Single(watch.Calls);
        Assert.Equal(WatchStep.Gap, watch.Take(Document(3, "partial", "")));
        Assert.Equal(WatchStep.Unreadable, watch.Take("nonsense"u8.ToArray()));
        Assert.Equal(WatchStep.Taken, watch.Take(Document(4, "full", "")));
        Assert.True(watch.IsComplete && watch.Calls.Count == 0);
    }

    [Fact]
    public void Registrations_are_read_with_their_contacts()
    {
        var text = """
            <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="3" state="full">
              <registration aor="sip:codec@court" id="r1" state="active">
                <contact id="c1" state="active" event="refreshed" expires="10"><uri>sip:codec@10.1.1.5</uri></contact>
                <contact id="c2" state="terminated" event="expired"><uri>sip:codec@10.1.1.6</uri></contact>
              </registration></reginfo>
            """;

        Assert.True(RegistrationInfo.TryParse(Encoding.UTF8.GetBytes(text), out var info));
        var account = Assert.Single(info.Registrations);
        Assert.Equal([new("c1", "active", "refreshed", "sip:codec@10.1.1.5"), new("c2", "terminated", "expired", "sip:codec@10.1.1.6")],
            account.Contacts);
    }

    private static string Call(string id, string state) => $"<dialog id=\"{id}\"><state>{state}</state></dialog>";

    private static byte[] Document(uint version, string state, string inner) => Encoding.UTF8.GetBytes(
        $"<?xml version=\"1.0\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"{state}\" entity=\"sip:c@d\">{inner}</dialog-info>");
}
