using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Marks one needed symbol version of a 64-bit ELF library as weak. See Directory.Build.targets for the reason.</summary>
public class WeakenSymbolVersion : Task
{
    const int WeakFlag = 0x2;
    const uint VersionNeedSection = 0x6ffffffe;

    public string Library { get; set; }
    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2)
        {
            Log.LogError("{0} is not a 64-bit ELF library.", Library);
            return false;
        }
        if (!Weaken(elf)) return true;

        // The output may be a hard link to the package cache: replace the file, never write through the link. The time stamp stays
        // that of the package, so that an incremental build does not copy the file again.
        var time = File.GetLastWriteTimeUtc(Library);
        var temporary = Library + ".weakened";
        File.WriteAllBytes(temporary, elf);
        File.SetLastWriteTimeUtc(temporary, time);
        File.Delete(Library);
        File.Move(temporary, Library);
        Log.LogMessage(MessageImportance.Normal, "{0}: {1} is weak now.", Library, SymbolVersion);
        return true;
    }

    bool Weaken(byte[] elf)
    {
        var sections = (int)BitConverter.ToUInt64(elf, 0x28);
        int size = BitConverter.ToUInt16(elf, 0x3a), count = BitConverter.ToUInt16(elf, 0x3c);
        for (var i = 0; i < count; i++)
        {
            var header = sections + i * size;
            if (BitConverter.ToUInt32(elf, header + 4) != VersionNeedSection) continue;
            var strings = sections + (int)BitConverter.ToUInt32(elf, header + 0x28) * size;
            return WeakenIn(elf, (int)BitConverter.ToUInt64(elf, header + 0x18), (int)BitConverter.ToUInt64(elf, strings + 0x18));
        }
        return false;
    }

    bool WeakenIn(byte[] elf, int need, int names)
    {
        var changed = false;
        while (true)
        {
            int entries = BitConverter.ToUInt16(elf, need + 2), entry = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (var i = 0; i < entries; i++)
            {
                var isWeak = (elf[entry + 4] & WeakFlag) != 0;
                if (!isWeak && NameAt(elf, names + (int)BitConverter.ToUInt32(elf, entry + 8)) == SymbolVersion)
                {
                    elf[entry + 4] |= WeakFlag;
                    changed = true;
                }
                entry += (int)BitConverter.ToUInt32(elf, entry + 12);
            }
            var next = (int)BitConverter.ToUInt32(elf, need + 12);
            if (next == 0) return changed;
            need += next;
        }
    }

    static string NameAt(byte[] elf, int start)
    {
        var end = Array.IndexOf(elf, (byte)0, start);
        return Encoding.ASCII.GetString(elf, start, end - start);
    }
}
