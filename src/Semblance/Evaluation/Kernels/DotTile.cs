using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Evaluation.Kernels;

/// <summary>Dot products of every row of one set with every row of another, in register tiles.</summary>
/// <remarks>
/// A score is the sum of its products added up one after the other, from the first dimension to the last, each addition fused with its product. That order is the same in every
/// tile shape, so that equal rows have exactly equal scores, a . b equals b . a, and <see cref="Pick"/> agrees with <see cref="Fill"/> to the last bit.
/// </remarks>
internal static class DotTile
{
    /// <summary>Rows of the first set that a tile holds; buffers have room for a multiple of it.</summary>
    public const int Height = 8;

    // Three panels of the second set stay in the first cache for so many dimensions while those of the first set pass by.
    private const int Depth = 128;
    private const int WidePanels = 3;
    private const int NarrowHeight = 4;
    private const int PickedAtOnce = 4;

    /// <summary>scores[i * width + j] = a row aStart + i . b row bStart + j, without offsets.</summary>
    /// <param name="a">Rows of one side.</param>
    /// <param name="aStart">The first of them; a multiple of 16.</param>
    /// <param name="aCount">How many.</param>
    /// <param name="b">Rows of the other side.</param>
    /// <param name="bStart">The first of them; a multiple of 16.</param>
    /// <param name="bCount">How many.</param>
    /// <param name="scores">Receives the scores; the rows rounded up to a multiple of 8 must fit, what lies behind the last column of a row is overwritten.</param>
    /// <param name="width">Numbers from one row of scores to the next; at least <paramref name="bCount"/> rounded up to a multiple of 16.</param>
    public static void Fill(RowPanels a, int aStart, int aCount, RowPanels b, int bStart, int bCount, Span<float> scores, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Dimension, a.Dimension);
        int panels = RowPanels.Panels(bCount), height = (aCount + Height - 1) / Height * Height;
        ArgumentOutOfRangeException.ThrowIfLessThan(width, panels * RowPanels.Lanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, height * width);
        int panel = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; panel + WidePanels <= panels; panel += WidePanels)
            {
                FillColumns(a, aStart, height, b, (bStart / RowPanels.Lanes) + panel, scores[(panel * RowPanels.Lanes)..], width, wide: true);
            }
        }

        for (; panel < panels; panel++)
        {
            FillColumns(a, aStart, height, b, (bStart / RowPanels.Lanes) + panel, scores[(panel * RowPanels.Lanes)..], width, wide: false);
        }
    }

    /// <summary>scores[i] = a row . b row rows[i], without offsets.</summary>
    /// <param name="a">Holds the row.</param>
    /// <param name="aRow">Which of its rows.</param>
    /// <param name="b">The other side.</param>
    /// <param name="rows">Rows of it, best ascending: rows of one panel that follow each other cost as much as one of them.</param>
    /// <param name="scores">As many as rows.</param>
    public static void Pick(RowPanels a, int aRow, RowPanels b, ReadOnlySpan<int> rows, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Dimension, a.Dimension);
        Span<int> panels = stackalloc int[PickedAtOnce];
        Span<float> found = stackalloc float[PickedAtOnce * RowPanels.Lanes];
        ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.From(aRow / RowPanels.Lanes)), aRow % RowPanels.Lanes);
        for (int start = 0; start < rows.Length;)
        {
            int used = 0, end = start;
            for (; end < rows.Length; end++)
            {
                int panel = rows[end] / RowPanels.Lanes;
                if (used == 0 || panels[used - 1] != panel)
                {
                    if (used == PickedAtOnce)
                    {
                        break;
                    }

                    panels[used++] = panel;
                }
            }

            panels[used..].Fill(panels[0]);
            PickPanels(ref x, b, panels, found);
            int at = 0;
            for (; start < end; start++)
            {
                at += rows[start] / RowPanels.Lanes == panels[at] ? 0 : 1;
                scores[start] = found[(at * RowPanels.Lanes) + (rows[start] % RowPanels.Lanes)];
            }
        }
    }

    private static void PickPanels(ref float x, RowPanels b, ReadOnlySpan<int> panels, Span<float> found)
    {
        ref float b0 = ref MemoryMarshal.GetReference(b.From(panels[0]));
        ref float b1 = ref MemoryMarshal.GetReference(b.From(panels[1]));
        ref float b2 = ref MemoryMarshal.GetReference(b.From(panels[2]));
        ref float b3 = ref MemoryMarshal.GetReference(b.From(panels[3]));
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nuint k = 0; k < (nuint)(b.Dimension * RowPanels.Lanes); k += RowPanels.Lanes)
        {
            var value = Vector512.Create(Unsafe.Add(ref x, k));
            s0 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref b0, k), s0);
            s1 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref b1, k), s1);
            s2 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref b2, k), s2);
            s3 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref b3, k), s3);
        }

        s0.CopyTo(found);
        s1.CopyTo(found[RowPanels.Lanes..]);
        s2.CopyTo(found[(2 * RowPanels.Lanes)..]);
        s3.CopyTo(found[(3 * RowPanels.Lanes)..]);
    }

    /// <summary>The columns of one panel, or of three, some dimensions at a time; sums wait in the scores between.</summary>
    private static void FillColumns(RowPanels a, int aStart, int height, RowPanels b, int panel, Span<float> scores, int width, bool wide)
    {
        int panelLength = a.Dimension * RowPanels.Lanes;
        ref float columns = ref MemoryMarshal.GetReference(b.From(panel));
        ref float rows = ref MemoryMarshal.GetReference(a.From(aStart / RowPanels.Lanes));
        ref float target = ref MemoryMarshal.GetReference(scores);
        for (int k = 0; k < a.Dimension; k += Depth)
        {
            nuint length = (nuint)(Math.Min(Depth, a.Dimension - k) * RowPanels.Lanes);
            ref float bk = ref Unsafe.Add(ref columns, k * RowPanels.Lanes);
            for (int i = 0; i < height; i += wide ? Height : NarrowHeight)
            {
                ref float ak = ref Unsafe.Add(ref rows, (i / RowPanels.Lanes * panelLength) + (k * RowPanels.Lanes) + (i % RowPanels.Lanes));
                ref float to = ref Unsafe.Add(ref target, i * width);
                if (wide)
                {
                    Wide(ref ak, ref bk, (nuint)panelLength, length, ref to, (nuint)width, k == 0);
                }
                else
                {
                    Narrow(ref ak, ref bk, length, ref to, (nuint)width, k == 0);
                }
            }
        }
    }

    /// <summary>8 rows by 3 panels: 24 sums in registers.</summary>
    private static void Wide(ref float a, ref float b, nuint panel, nuint length, ref float to, nuint width, bool first)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        Vector512<float> s40 = default, s41 = default, s42 = default, s50 = default, s51 = default, s52 = default;
        Vector512<float> s60 = default, s61 = default, s62 = default, s70 = default, s71 = default, s72 = default;
        if (!first)
        {
            Load(ref to, out s00, out s01, out s02);
            Load(ref Unsafe.Add(ref to, width), out s10, out s11, out s12);
            Load(ref Unsafe.Add(ref to, 2 * width), out s20, out s21, out s22);
            Load(ref Unsafe.Add(ref to, 3 * width), out s30, out s31, out s32);
            Load(ref Unsafe.Add(ref to, 4 * width), out s40, out s41, out s42);
            Load(ref Unsafe.Add(ref to, 5 * width), out s50, out s51, out s52);
            Load(ref Unsafe.Add(ref to, 6 * width), out s60, out s61, out s62);
            Load(ref Unsafe.Add(ref to, 7 * width), out s70, out s71, out s72);
        }

        for (nuint k = 0; k < length; k += RowPanels.Lanes)
        {
            ref float bk = ref Unsafe.Add(ref b, k);
            Vector512<float> b0 = Vector512.LoadUnsafe(ref bk);
            Vector512<float> b1 = Vector512.LoadUnsafe(ref bk, panel);
            Vector512<float> b2 = Vector512.LoadUnsafe(ref bk, 2 * panel);
            ref float ak = ref Unsafe.Add(ref a, k);
            var row = Vector512.Create(ak);
            s00 = Vector512.FusedMultiplyAdd(row, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(row, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(row, b2, s02);
            row = Vector512.Create(Unsafe.Add(ref ak, 1));
            s10 = Vector512.FusedMultiplyAdd(row, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(row, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(row, b2, s12);
            row = Vector512.Create(Unsafe.Add(ref ak, 2));
            s20 = Vector512.FusedMultiplyAdd(row, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(row, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(row, b2, s22);
            row = Vector512.Create(Unsafe.Add(ref ak, 3));
            s30 = Vector512.FusedMultiplyAdd(row, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(row, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(row, b2, s32);
            row = Vector512.Create(Unsafe.Add(ref ak, 4));
            s40 = Vector512.FusedMultiplyAdd(row, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(row, b1, s41);
            s42 = Vector512.FusedMultiplyAdd(row, b2, s42);
            row = Vector512.Create(Unsafe.Add(ref ak, 5));
            s50 = Vector512.FusedMultiplyAdd(row, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(row, b1, s51);
            s52 = Vector512.FusedMultiplyAdd(row, b2, s52);
            row = Vector512.Create(Unsafe.Add(ref ak, 6));
            s60 = Vector512.FusedMultiplyAdd(row, b0, s60);
            s61 = Vector512.FusedMultiplyAdd(row, b1, s61);
            s62 = Vector512.FusedMultiplyAdd(row, b2, s62);
            row = Vector512.Create(Unsafe.Add(ref ak, 7));
            s70 = Vector512.FusedMultiplyAdd(row, b0, s70);
            s71 = Vector512.FusedMultiplyAdd(row, b1, s71);
            s72 = Vector512.FusedMultiplyAdd(row, b2, s72);
        }

        Store(ref to, s00, s01, s02);
        Store(ref Unsafe.Add(ref to, width), s10, s11, s12);
        Store(ref Unsafe.Add(ref to, 2 * width), s20, s21, s22);
        Store(ref Unsafe.Add(ref to, 3 * width), s30, s31, s32);
        Store(ref Unsafe.Add(ref to, 4 * width), s40, s41, s42);
        Store(ref Unsafe.Add(ref to, 5 * width), s50, s51, s52);
        Store(ref Unsafe.Add(ref to, 6 * width), s60, s61, s62);
        Store(ref Unsafe.Add(ref to, 7 * width), s70, s71, s72);
    }

    /// <summary>4 rows by one panel: for what the wide tile leaves over, and for processors with half as wide and half as many registers.</summary>
    private static void Narrow(ref float a, ref float b, nuint length, ref float to, nuint width, bool first)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        if (!first)
        {
            s0 = Vector512.LoadUnsafe(ref to);
            s1 = Vector512.LoadUnsafe(ref to, width);
            s2 = Vector512.LoadUnsafe(ref to, 2 * width);
            s3 = Vector512.LoadUnsafe(ref to, 3 * width);
        }

        for (nuint k = 0; k < length; k += RowPanels.Lanes)
        {
            Vector512<float> column = Vector512.LoadUnsafe(ref b, k);
            ref float ak = ref Unsafe.Add(ref a, k);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(ak), column, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref ak, 1)), column, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref ak, 2)), column, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref ak, 3)), column, s3);
        }

        s0.StoreUnsafe(ref to);
        s1.StoreUnsafe(ref to, width);
        s2.StoreUnsafe(ref to, 2 * width);
        s3.StoreUnsafe(ref to, 3 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ref float from, out Vector512<float> s0, out Vector512<float> s1, out Vector512<float> s2)
    {
        s0 = Vector512.LoadUnsafe(ref from);
        s1 = Vector512.LoadUnsafe(ref from, RowPanels.Lanes);
        s2 = Vector512.LoadUnsafe(ref from, 2 * RowPanels.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref float to, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2)
    {
        s0.StoreUnsafe(ref to);
        s1.StoreUnsafe(ref to, RowPanels.Lanes);
        s2.StoreUnsafe(ref to, 2 * RowPanels.Lanes);
    }
}
