using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Hosting.Tests.Blobs;

/// <summary>What every blob store does, wherever it keeps its blobs.</summary>
public abstract class BlobStoreTests
{
    /// <summary>SHA-256 of "abc" (FIPS 180-2, B.1).</summary>
    protected const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// <summary>The store, which is empty at first.</summary>
    protected abstract IBlobStore Blobs { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the same store as another process would.</summary>
    protected abstract IBlobStore OpenAgain();

    [Fact]
    public async Task A_blob_is_named_by_the_hash_of_its_content_and_comes_back()
    {
        (await Blobs.PutAsync("abc"u8.ToArray(), Cancel)).ShouldBe(Abc);
        (await Blobs.ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray());
        (await Blobs.ExistsAsync(Abc, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        var name = await Blobs.PutAsync(ReadOnlyMemory<byte>.Empty, Cancel);
        (await OpenAgain().ReadAsync(name, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_blob_opens_as_a_stream_that_can_be_read_from_anywhere_in_it()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        foreach (var store in new[] { Blobs, OpenAgain() })
        {
            await using var stream = await store.OpenReadAsync(Abc, Cancel);
            (stream.Length, stream.Position).ShouldBe((3, 0));
            stream.Position = 2;
            stream.ReadByte().ShouldBe('c');
        }
    }

    [Fact]
    public async Task What_one_process_puts_another_one_reads()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        var other = OpenAgain();

        (await other.ExistsAsync(Abc, Cancel)).ShouldBeTrue();
        (await other.ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray());
        (await other.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBe([Abc]);
    }

    [Fact]
    public async Task A_blob_is_listed_with_its_length_and_deleted_only_when_it_is_old_enough()
    {
        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        var blob = (await Blobs.EntriesAsync(Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem();
        (blob.Sha256, blob.Bytes).ShouldBe((Abc, 3));

        (await Blobs.DeleteAsync(Abc, blob.Put, Cancel)).ShouldBeFalse("it is not older than itself");
        (await Blobs.ExistsAsync(Abc, Cancel)).ShouldBeTrue();
        (await Blobs.DeleteAsync(Abc, blob.Put.AddSeconds(1), Cancel)).ShouldBeTrue();
        (await OpenAgain().ExistsAsync(Abc, Cancel)).ShouldBeFalse();
        (await Blobs.DeleteAsync(Abc, blob.Put.AddSeconds(1), Cancel)).ShouldBeFalse("it is gone");

        await Blobs.PutAsync("abc"u8.ToArray(), Cancel);
        (await OpenAgain().ReadAsync(Abc, Cancel)).ShouldBe("abc"u8.ToArray(), "and it can be put again");
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_writer_a_stream_and_bytes_make_the_same_blob()
    {
        (await Blobs.PutAsync(Write, Cancel)).ShouldBe(Abc);
        (await Blobs.PutAsync(new MemoryStream("abc"u8.ToArray()), Cancel)).ShouldBe(Abc);
        (await Blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBe([Abc]);

        static void Write(Stream stream)
        {
            stream.Write("a"u8);
            stream.WriteByte((byte)'b');
            stream.Write("xcx"u8.ToArray(), 1, 1);
        }
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_named()
    {
        (await Should.ThrowAsync<BlobNotFoundException>(() => Blobs.OpenReadAsync(Abc, Cancel))).Message.ShouldContain(Abc);
        (await Blobs.ExistsAsync(Abc, Cancel)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passwd")]
    [InlineData("ba/../ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2")]
    public async Task Whatever_is_no_hash_is_refused_before_it_becomes_a_path(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => Blobs.OpenReadAsync(name, Cancel));
        await Should.ThrowAsync<ArgumentException>(() => Blobs.ExistsAsync(name, Cancel));
    }

    [Fact]
    public async Task A_writer_that_fails_half_way_leaves_nothing_behind()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Blobs.PutAsync(
            stream =>
            {
                stream.Write("half"u8);
                throw new InvalidOperationException("the rest is missing");
            },
            Cancel));

        (await Blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_blob_is_not_to_be_seen_before_it_is_whole()
    {
        using var half = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var putting = Task.Run(
            () => Blobs.PutAsync(
                stream =>
                {
                    stream.Write("ab"u8);
                    stream.Flush();
                    half.Set();
                    goOn.Wait(Cancel);
                    stream.Write("c"u8);
                },
                Cancel),
            Cancel);
        half.Wait(Cancel);

        (await Blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
        goOn.Set();

        (await putting).ShouldBe(Abc);
        (await Blobs.ListAsync(Cancel).ToListAsync(Cancel)).ShouldBe([Abc]);
    }

    [Fact]
    public async Task Many_writers_of_the_same_and_of_different_contents_do_not_disturb_each_other()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => OpenAgain()).ToArray();
        var contents = Enumerable.Range(0, 10).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + i), 100_000))).ToArray();

        var names = await Task.WhenAll(
            from store in stores from content in contents select Task.Run(() => store.PutAsync(content, Cancel), Cancel));

        names.Distinct().Order().ShouldBe(contents.Select(content => Convert.ToHexStringLower(SHA256.HashData(content))).Order());
        foreach (var name in names.Distinct()) (await Blobs.ReadAsync(name, Cancel)).Length.ShouldBe(100_000);
        Leftovers().ShouldBeEmpty();
    }

    /// <summary>Files on this machine that are no blobs.</summary>
    protected abstract IEnumerable<string> Leftovers();
}
