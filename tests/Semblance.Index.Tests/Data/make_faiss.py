"""Writes the small files of FAISS that FaissBinaryFileTests reads, and what is in them. Needs python3-faiss; made with FAISS 1.7.3."""
import faiss
import numpy as np

codes = np.random.default_rng(6).integers(0, 256, (5, 12), dtype=np.uint8)  # 96 bits
ids = np.array([7, 5, 2**40, -3, 0])
flat = faiss.IndexBinaryFlat(96)
flat.add(codes)
faiss.write_index_binary(flat, "flat96.faiss")
for name, kind in (("idmap96.faiss", faiss.IndexBinaryIDMap), ("idmap2_96.faiss", faiss.IndexBinaryIDMap2)):
    index = kind(faiss.IndexBinaryFlat(96))
    index.add_with_ids(codes, ids)
    faiss.write_index_binary(index, name)
faiss.write_index_binary(faiss.IndexBinaryFlat(64), "empty64.faiss")
hashed = faiss.IndexBinaryHash(96, 8)
hashed.add(codes)
faiss.write_index_binary(hashed, "hash96.faiss")
floats = faiss.IndexFlatL2(4)
floats.add(np.eye(4, dtype=np.float32))
faiss.write_index(floats, "floats4.faiss")
np.save("codes96.npy", codes)
